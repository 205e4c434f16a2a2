"""One English sentence has one Chinese sentence, whichever distribution says it: the catalogues are read as one."""

from pathlib import Path

from babel.messages.pofile import read_po

TOP = Path(__file__).parents[2]


def test_one_english_sentence_has_one_chinese_sentence() -> None:
    said: dict[str, dict[str, str]] = {}
    for folder in ("chassis", "services", "connectors", "deploy"):
        for file in (TOP / folder).rglob("locale/zh_CN/LC_MESSAGES/messages.po"):
            with file.open("rb") as opened:
                for message in read_po(opened):
                    if message.id:
                        said.setdefault(str(message.id), {})[str(message.string)] = str(file.relative_to(TOP))
    assert len(said) > 100
    assert {english: chinese for english, chinese in said.items() if len(chinese) > 1 or "" in chinese} == {}
