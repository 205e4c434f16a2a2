"""Messages of a case, and what may be written next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from closeloop.chassis.i18n import Sentence, _
from closeloop.chassis.rows import keeps
from closeloop.chassis.work import Refused
from closeloop.contracts.procedure.conversation import Conversation

IN, OUT = "in", "out"
ANSWER, FILE = "answer_message", "file_reply"
"""What has to be done about a message."""
ASKS, CLARIFIES, ANSWERS, INFORMS = "asks", "clarifies", "answers", "informs"
ANSWERING = "answering"
"""Name of the limit until which what was asked is answered."""

WORDS: Mapping[tuple[str, str], Sentence] = {
    ("in", "asks"): _("The customer asks"),
    ("in", "clarifies"): _("The customer explains"),
    ("in", "informs"): _("The customer informs"),
    ("out", "asks"): _("Asked back"),
    ("out", "clarifies"): _("Found out"),
    ("out", "answers"): _("Answered"),
    ("out", "informs"): _("Informed"),
}
"""What people call a message, by its direction and what it does."""
HOW: Mapping[str, Sentence] = {"spoken": _("By word of mouth"), "written": _("In writing")}
"""How something was told of which no channel is known."""


@keeps("messages", key="key", under="talk:", indexes=[("case_id", "number")])
class Message:
    """One thing that was said; what is written down stays as it is."""

    id: str
    key: str
    case_id: str
    number: int
    direction: str
    channel: str
    says: str
    text: str
    at: datetime
    written_at: datetime
    written_by: str
    answers: int | None = None
    """Number of the message that this one answers or makes clear."""
    is_late: bool = False
    """Whether it was written down after something that was said later."""
    is_unclear: bool = False
    """Whether it has to be found out first what is meant."""
    clear_at: datetime | None = None
    answered_at: datetime | None = None
    filed_as: str | None = None
    filed_at: datetime | None = None

    @property
    def of(self) -> str:
        """What its occasions, limit and tasks hang on."""
        return f"message:{self.number}"

    @property
    def waits_for_an_answer(self) -> bool:
        """Whether the customer asked something that nobody has answered."""
        return (self.direction, self.says) == (IN, ASKS) and self.answered_at is None

    @property
    def has_to_be_made_clear(self) -> bool:
        """Whether nobody knows yet what is meant."""
        return self.is_unclear and self.clear_at is None

    @property
    def has_to_be_filed(self) -> bool:
        """Whether it is a reply of which nobody has said where it is kept."""
        return (self.direction, self.says) == (OUT, ANSWERS) and self.filed_at is None


def talk_of(case: str) -> str:
    """The key of the messages of a case: whoever changes the case need not read them."""
    return f"talk:{case}"


def numbered(messages: Iterable[Message], number: int) -> Message:
    """The message of this number."""
    found = next((one for one in messages if one.number == number), None)
    if found is None:
        raise Refused(_("There is no message {number} in this conversation.", number=number))
    return found


def meant_by(answers: int | None, says: str, messages: Sequence[Message]) -> Message | None:
    """The message that an answer or explanation is about: the one it names, else the first that waits for it."""
    if says not in (ANSWERS, CLARIFIES):
        return None
    if answers is not None:
        return numbered(messages, answers)
    if says == CLARIFIES:
        return next((one for one in messages if one.has_to_be_made_clear), None)
    return next((one for one in messages if one.waits_for_an_answer), None)


def must_be_clear(message: Message | None, said: Conversation | None) -> None:
    """Nobody answers what they have not understood."""
    if said is None or said.clarifying is None or message is None or not message.has_to_be_made_clear:
        return
    sentence = _("Find out first what is meant: message {number} is unclear.", number=message.number)
    raise Refused(sentence, clause=said.clarifying.clauses)
