"""The rooms of the site, in the order of the loop."""

from readinggroup.accounts.routes import bp as accounts
from readinggroup.accounts.sign_in_routes import bp as security
from readinggroup.api.routes import bp as api
from readinggroup.api.token_routes import bp as tokens
from readinggroup.archive.routes import bp as archive
from readinggroup.discussion.routes import bp as discussion
from readinggroup.editing.routes import bp as editing
from readinggroup.exchange.routes import bp as exchange
from readinggroup.feeds.routes import bp as feeds
from readinggroup.figures.routes import bp as figures
from readinggroup.front.routes import bp as front
from readinggroup.groups.routes import bp as groups
from readinggroup.holding.routes import bp as holding
from readinggroup.mail.routes import bp as mail
from readinggroup.mine.routes import bp as mine
from readinggroup.pitches.routes import bp as pitches
from readinggroup.scheduling.routes import bp as scheduling
from readinggroup.series.routes import bp as series
from readinggroup.tending.routes import bp as tending
from readinggroup.uploads.routes import bp as uploads
from readinggroup.voting.routes import bp as voting
from readinggroup.web.health import bp as health
from readinggroup.web.preview import bp as preview

BLUEPRINTS = (
    health,
    preview,
    uploads,
    security,
    accounts,
    groups,
    discussion,
    pitches,
    voting,
    scheduling,
    series,
    holding,
    archive,
    editing,
    tending,
    figures,
    mine,
    front,
    feeds,
    exchange,
    api,
    tokens,
    mail,
)
