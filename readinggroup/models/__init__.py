"""What the database holds: one file per noun; columns, constraints and relationships, no verbs."""

from readinggroup.models.api_token import ApiToken
from readinggroup.models.calendar_link import CalendarLink
from readinggroup.models.chore import Absence, ChoreWord
from readinggroup.models.community import Community
from readinggroup.models.discussion import Comment, CommentReport, CommentVersion, Thread, ThreadFollower
from readinggroup.models.draft import DraftSeat, DraftStep
from readinggroup.models.feedback import Feedback
from readinggroup.models.former import FormerAddress
from readinggroup.models.group import Break, Group, Topic
from readinggroup.models.holding import Attendance, Holding
from readinggroup.models.importing import Import, ImportedThing
from readinggroup.models.intake import Intake, IntakeRow, IntakeState
from readinggroup.models.invitation import Guest, Invitation
from readinggroup.models.joint import JointSession, JointState
from readinggroup.models.link_look import LinkLook
from readinggroup.models.mail_off import MailOff
from readinggroup.models.material import Material
from readinggroup.models.meeting import Meeting, Place
from readinggroup.models.membership import Membership
from readinggroup.models.notice import Notice, NoticeState
from readinggroup.models.paper import Paper, PaperState
from readinggroup.models.pitch import (
    Pitch,
    PitchChange,
    PitchChapter,
    PitchDayAway,
    PitchInterest,
    PitchLink,
    PitchSpeaker,
    PitchTopic,
)
from readinggroup.models.project import Project, ProjectMember, ProjectUpdate
from readinggroup.models.question import Question, QuestionSupport
from readinggroup.models.record import Record
from readinggroup.models.round import Ballot, Participation, Round, RoundPitch, Standing
from readinggroup.models.run_sheet import ChairLink, RunStep
from readinggroup.models.search import SearchDocument, SearchDue
from readinggroup.models.series import Chapter, Series, SeriesKind
from readinggroup.models.speaker import (
    ClaimState,
    Speaker,
    SpeakerClaim,
    SpeakerDayAway,
    SpeakerMerge,
    SpeakingLink,
)
from readinggroup.models.swap import Swap, SwapState
from readinggroup.models.talk import Reading, Talk, TalkSpeaker, TalkTopic
from readinggroup.models.text_version import RecapDraft, TextVersion
from readinggroup.models.upload import Upload, UploadKind
from readinggroup.models.user import CodePurpose, MailedCode, Passkey, RecoveryCode, SignIn, User

__all__ = [
    "Absence",
    "ApiToken",
    "Attendance",
    "Ballot",
    "Break",
    "CalendarLink",
    "ChairLink",
    "Chapter",
    "ChoreWord",
    "ClaimState",
    "CodePurpose",
    "Comment",
    "CommentReport",
    "CommentVersion",
    "Community",
    "DraftSeat",
    "DraftStep",
    "Feedback",
    "FormerAddress",
    "Group",
    "Guest",
    "Holding",
    "Import",
    "ImportedThing",
    "Intake",
    "IntakeRow",
    "IntakeState",
    "Invitation",
    "JointSession",
    "JointState",
    "LinkLook",
    "MailOff",
    "MailedCode",
    "Material",
    "Meeting",
    "Membership",
    "Notice",
    "NoticeState",
    "Paper",
    "PaperState",
    "Participation",
    "Passkey",
    "Pitch",
    "PitchChange",
    "PitchChapter",
    "PitchDayAway",
    "PitchInterest",
    "PitchLink",
    "PitchSpeaker",
    "PitchTopic",
    "Place",
    "Project",
    "ProjectMember",
    "ProjectUpdate",
    "Question",
    "QuestionSupport",
    "Reading",
    "RecapDraft",
    "Record",
    "RecoveryCode",
    "Round",
    "RoundPitch",
    "RunStep",
    "SearchDocument",
    "SearchDue",
    "Series",
    "SeriesKind",
    "SignIn",
    "Speaker",
    "SpeakerClaim",
    "SpeakerDayAway",
    "SpeakerMerge",
    "SpeakingLink",
    "Standing",
    "Swap",
    "SwapState",
    "Talk",
    "TalkSpeaker",
    "TalkTopic",
    "TextVersion",
    "Thread",
    "ThreadFollower",
    "Topic",
    "Upload",
    "UploadKind",
    "User",
]
