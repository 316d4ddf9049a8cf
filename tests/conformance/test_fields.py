"""What every unit sees is what gradients of the framework say."""

import pytest

from .cases import fields
from .fields import Compared, agrees, compared


@pytest.mark.parametrize("cls", fields())
def test_every_unit_sees_what_its_gradients_say(cls):
    complaints = [
        f"{one.case}, {each.which}: expected {each.theirs}, got {each.ours}"
        for one in fields()[cls]
        for each in compared(one)
        if not agrees(cls, each)
    ]

    assert not complaints, f"{len(complaints)} disagree\n" + "\n".join(complaints[:5])


def test_where_the_data_say_what_is_read_ours_may_hold_more_but_not_less():
    less, more = {(0,): {(1,)}}, {(0,): {(1,), (2,)}}

    assert agrees("DeformConv2d", Compared("", less, more))
    assert not agrees("DeformConv2d", Compared("", more, less))
    assert not agrees("Mean", Compared("", less, more))
