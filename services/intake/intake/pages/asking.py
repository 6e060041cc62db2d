"""The questions of the public form in words: as each role is asked them, and as staff read the answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ansim.contracts.codes import ActChannel, ReporterRole, YesNoUnknown
from ansim.errors import Message
from ansim.web.said import InPlace

from ..domain.questions import Asked, Question
from .words import sentence_case

Q, R = Question, ReporterRole

_YES_NO: Final = (
    (YesNoUnknown.YES, Message("Yes")),
    (YesNoUnknown.NO, Message("No")),
    (YesNoUnknown.UNKNOWN, Message("I do not know")),
)

_PLACES: Final = (
    (ActChannel.SOCIAL_NETWORK, Message("On social media")),
    (ActChannel.MESSENGER, Message("In a chat")),
    (ActChannel.WEBSITE, Message("On a website")),
    (ActChannel.COMMUNITY, Message("On a board or in a forum")),
    (ActChannel.GAME, Message("In a game")),
    (ActChannel.OFFLINE, Message("Not on the net")),
    (ActChannel.UNKNOWN, Message("I do not know")),
)

ASKING: Final[Mapping[tuple[Question, ReporterRole], Message]] = {
    (Q.SAFE_NOW, R.VICTIM): Message("Are you safe right now?"),
    (Q.SAFE_NOW, R.GUARDIAN): Message("Is your child safe right now?"),
    (Q.SAFE_NOW, R.TEACHER): Message("Is the pupil safe right now?"),
    (Q.SAFE_NOW, R.AGENCY): Message("Is the person safe right now?"),
    (Q.SAFE_NOW, R.ANONYMOUS): Message("Is the person safe right now?"),
    (Q.SUSPECT_NEAR, R.VICTIM): Message("Does the person who does this live with you or look after you?"),
    (Q.SUSPECT_NEAR, R.GUARDIAN): Message("Does the person who does this live with your child or look after them?"),
    (Q.ADULT_KNOWS, R.VICTIM): Message("Is there an adult who knows?"),
    (Q.PERSON_KNOWS, R.GUARDIAN): Message("Does your child know that you are telling us?"),
    (Q.PERSON_KNOWS, R.TEACHER): Message("Does the pupil know that you are telling us?"),
    (Q.PERSON_KNOWS, R.WITNESS): Message("Does the person it happened to know of it?"),
    (Q.PERSON_KNOWS, R.AGENCY): Message("Does the person agree that you tell us?"),
    (Q.SCHOOL_ACTS, R.TEACHER): Message("Has the school begun its own procedure?"),
    (Q.SEEN_ON, R.WITNESS): Message("Where did you see it?"),
    (Q.SEEN_ON, R.PLATFORM): Message("Where is it?"),
}

_HINTS: Final[Mapping[tuple[Question, ReporterRole], Message]] = {
    (Q.SUSPECT_NEAR, R.VICTIM): Message("Then we take care that they do not hear of it from us."),
    (Q.SUSPECT_NEAR, R.GUARDIAN): Message("Then we take care that they do not hear of it from us."),
    (Q.ADULT_KNOWS, R.VICTIM): Message("We call nobody because of this answer."),
    (Q.PERSON_KNOWS, R.GUARDIAN): Message("“No” is fine. We do not contact your child without you."),
}

_NEEDED: Final[Mapping[Question, Message]] = {
    Q.PERSON_KNOWS: Message("Choose whether the person knows. “I do not know” is an answer too."),
    Q.SCHOOL_ACTS: Message("Choose what the school does. “I do not know” is an answer too."),
    Q.SEEN_ON: Message("Choose where it is. “I do not know” is an answer too."),
}

_TOLD: Final[Mapping[Question, Message]] = {
    Q.SAFE_NOW: Message("Safe right now"),
    Q.SUSPECT_NEAR: Message("Suspect lives with or looks after the person"),
    Q.ADULT_KNOWS: Message("An adult knows"),
    Q.PERSON_KNOWS: Message("The person knows of the report"),
    Q.SCHOOL_ACTS: Message("School has begun its procedure"),
    Q.SEEN_ON: Message("Seen on"),
}


@dataclass(frozen=True, slots=True)
class Asking:
    """One question as it stands on the page."""

    name: str
    text: Message
    hint: Message | None
    options: tuple[tuple[str, Message], ...]
    needed: bool


def asking(role: ReporterRole, asked: tuple[Asked, ...]) -> list[Asking]:
    return [
        Asking(
            one.question.value,
            ASKING[one.question, role],
            _HINTS.get((one.question, role)),
            _options(one.question),
            one.needed,
        )
        for one in asked
    ]


def needed(question: Question) -> Message:
    """What is said at a question that still needs its answer."""
    return _NEEDED[question]


def told_answers(answers: Mapping[str, str]) -> list[tuple[Message, InPlace]]:
    """Stored answers as staff read them, in the order of the form."""
    codes = {
        q: ActChannel(answers[q]) if q is Q.SEEN_ON else YesNoUnknown(answers[q]) for q in Question if q in answers
    }
    return [(_TOLD[question], InPlace(sentence_case, code)) for question, code in codes.items()]


def _options(question: Question) -> tuple[tuple[str, Message], ...]:
    return tuple((code.value, text) for code, text in (_PLACES if question is Question.SEEN_ON else _YES_NO))
