from flight.icd.modes import Phase
from hil.weighings import MISSIONS, Told, main, table


def test_the_table_counts_what_lies_inside_and_how_far_the_rest_is_off():
    told = [Told(Phase.CONFIRM, 80.0 + error, 1.96, 80.0) for error in (1.0, -1.0, 1.0, -3.0)]
    rows = table({"m1_lander": told}, 4).splitlines()
    assert rows[0] == "Seeds 1 to 4 of each mission:"
    assert "| m1_lander | confirmed as stowed | 4 | 75 % | 2.0 | 1.73 | 3.0 | 1.73 |" in rows
    assert len({row.count("|") for row in rows[2:]}) == 1


def test_wrong_arguments_are_refused_in_a_line(capsys):
    for wrong in ([], ["none"], ["0"], ["3", "a", "b"]):
        assert main(wrong) == 2
        assert capsys.readouterr().err.count("\n") == 1
    assert MISSIONS == ("m1_lander", "m2_rover")
