"""What is in specs/README.md; that it is current is tested with the other pages."""

import re
from collections import Counter
from pathlib import Path

from cnncalc.language import zoo
from tools.zoo import _escaped

from .models import names

PAGE = (Path(zoo.folder()) / "README.md").read_text(encoding="utf-8")


def test_every_model_and_variant_has_a_line_in_one_group_that_leads_to_its_file():
    lines = re.findall(r"^\| (?:&emsp;)?\[`(.+?)`\]\((\w+)\.yaml\) \|", PAGE, re.MULTILINE)
    expected = Counter()
    for name in names():
        base, _, variant = name.partition(" ")
        expected[variant or base, base.partition("::")[0]] += 1

    assert Counter(lines) == expected


def test_titles_are_text_and_not_markup():
    assert "fewer parameters and \\<0.5MB model size |" in PAGE
    assert _escaped("a_b | *c* [d] `e` \\") == r"a\_b \| \*c\* \[d\] \`e\` \\"


def test_numbers_of_arxiv_are_links():
    assert "[arXiv:1506.02640](https://arxiv.org/abs/1506.02640), figure 3 |" in PAGE
