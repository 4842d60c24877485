"""Forms of a comment, and of the reasons to report or hide one."""

from wtforms import SubmitField
from wtforms.validators import DataRequired

from readinggroup.web.forms import Form, MarkdownField, at_most

LONGEST_COMMENT = 5_000
LONGEST_REASON = 500


class CommentForm(Form):
    """What somebody says."""

    words = MarkdownField(
        "Your comment",
        [DataRequired("Write something first."), at_most(LONGEST_COMMENT, "A comment")],
        description="Markdown works, and formulas between dollar signs.",
        render_kw={"rows": 5, "data-preview": ""},
    )
    show_first = SubmitField("Preview")

    @property
    def is_preview(self) -> bool:
        """Whether it was sent only to be shown."""
        return bool(self.is_submitted() and self.show_first.data)


class ReportForm(Form):
    """Why the co-leads should look at a comment."""

    because = MarkdownField(
        "What is wrong with it",
        [DataRequired("Say in a few words what is wrong."), at_most(LONGEST_REASON, "A reason")],
        description="Only the co-leads read this, without your name.",
        render_kw={"rows": 3},
    )


class HideForm(Form):
    """Why a comment goes out of sight."""

    because = MarkdownField(
        "Why it is hidden",
        [
            DataRequired("Give a reason: it stands in the comment's place."),
            at_most(LONGEST_REASON, "A reason"),
        ],
        description="Everybody reads this where the comment stood.",
        render_kw={"rows": 3},
    )
