"""What must hold of every round, and a slow, plain count by other means that must agree with the fast one."""

from dataclasses import replace
from fractions import Fraction
from itertools import accumulate, permutations
from random import Random

from hypothesis import example, given, settings
from hypothesis import strategies as st

from readinggroup.domain.tally import Ballot, RoundPaper, Threshold, count, digest, lot, seed, threshold

PITCHES = "abcde"
QUICK = settings(max_examples=50, deadline=None)


def approval_ballots():
    approves = st.lists(st.sampled_from(PITCHES), unique=True).map(tuple)
    ballot = st.tuples(approves, st.just(()), st.integers(-1, 1), st.just(""), st.integers(1, 9))
    return ballot.map(Ballot._make)


def ranked_ballots():
    order = st.lists(st.sampled_from(PITCHES), unique=True, min_size=1)
    tiers = st.tuples(order, st.lists(st.booleans(), min_size=5, max_size=5)).map(cut_into_tiers)
    return st.tuples(tiers, st.integers(1, 4)).map(lambda drawn: Ballot(ranking=drawn[0], times=drawn[1]))


def cut_into_tiers(drawn):
    order, cuts = drawn
    tiers = [[order[0]]]
    for pitch, cut in zip(order[1:], cuts, strict=False):
        if cut:
            tiers.append([pitch])
        else:
            tiers[-1].append(pitch)
    return tuple(map(tuple, tiers))


@st.composite
def rounds(draw, *rules):
    rule = draw(st.sampled_from(rules))
    return RoundPaper(
        rule=rule,
        seats=draw(st.integers(1, 6)),
        pitches=tuple(draw(st.permutations(PITCHES))),
        ballots=draw(st.lists(ranked_ballots() if rule == "ranked" else approval_ballots(), max_size=8)),
        threshold=Threshold(draw(st.integers(0, 3)), draw(st.sampled_from([0, 10, 30]))),
        unit=draw(st.fractions(0, 1, max_denominator=12)),
        nonce=draw(st.text("0123456789abcdef", max_size=4)),
    )


ANY = rounds("fair", "popular", "ranked")


def rename(paper, names):
    def renamed(pitches):
        return tuple(names[pitch] for pitch in pitches)

    return replace(
        paper,
        pitches=renamed(paper.pitches),
        ballots=[
            ballot._replace(approves=renamed(ballot.approves), ranking=tuple(map(renamed, ballot.ranking)))
            for ballot in paper.ballots
        ],
    )


def drawn_by_lot(counted):
    return any(tie.broken_by == "lot" for tie in counted.ties)


@QUICK
@given(ANY)
def test_recount_equals_count(paper):
    assert count(paper) == count(replace(paper, digest=digest(paper)))


@QUICK
@given(ANY, st.randoms(use_true_random=False))
def test_order_of_voters_and_of_the_paper_changes_nothing(paper, chance):
    ballots = list(paper.ballots)
    pitches = list(paper.pitches)
    chance.shuffle(ballots)
    chance.shuffle(pitches)

    counted, again = count(paper), count(replace(paper, ballots=ballots, pitches=tuple(pitches)))

    assert again.standings == counted.standings
    assert again.ties == counted.ties


@QUICK
@given(ANY, st.permutations("vwxyz"))
def test_names_of_pitches_change_nothing_but_the_lot(paper, names):
    named = dict(zip(PITCHES, names, strict=True))

    counted, renamed = count(paper), count(rename(paper, named))

    assert drawn_by_lot(counted) or renamed.order == tuple(named[pitch] for pitch in counted.order)


@QUICK
@given(ANY, st.integers(2, 5))
def test_multiples_of_ballots_change_nothing_but_the_lot(paper, times):
    paper = replace(paper, threshold=Threshold(0, paper.threshold.percent))
    multiplied = [ballot._replace(times=times * ballot.times) for ballot in paper.ballots]

    counted, again = count(paper), count(replace(paper, ballots=multiplied, unit=paper.unit / times))

    assert drawn_by_lot(counted) or (again.order, again.winners) == (counted.order, counted.winners)


@QUICK
@given(ANY)
def test_a_ballot_for_many_is_many_ballots(paper):
    expanded = [ballot._replace(times=1) for ballot in paper.ballots for _ in range(ballot.times)]

    counted, again = count(paper), count(replace(paper, ballots=expanded))

    assert digest(replace(paper, ballots=expanded)) == digest(paper)
    assert again.standings == counted.standings


@QUICK
@given(rounds("fair", "popular"))
def test_winners_of_a_longer_list_begin_with_those_of_a_shorter(paper):
    longer = count(replace(paper, seats=paper.seats + 1))
    shorter = count(paper)

    assert longer.order == shorter.order
    assert longer.winners[: paper.seats] == shorter.winners


@QUICK
@given(ANY)
def test_every_pitch_has_one_place_and_winners_reach_the_threshold(paper):
    counted = count(paper)

    assert sorted(counted.order) == sorted(paper.pitches)
    assert counted.winners == counted.order[: len(counted.winners)]
    assert len(counted.winners) <= paper.seats
    assert [standing.place for standing in counted.standings] == [1, 2, 3, 4, 5]
    assert all(standing.approvals >= counted.threshold for standing in counted.standings if standing.wins)
    assert {standing.pitch for standing in counted.standings if standing.wins} == set(counted.winners)


@QUICK
@given(rounds("fair"))
def test_loads_never_fall_and_add_up_to_the_talks_elected(paper):
    start = [ballot.level * paper.unit for ballot in paper.ballots]

    for seats in range(1, 6):
        counted = count(replace(paper, seats=seats))
        paid = [standing for standing in counted.standings if standing.wins and standing.approvals]
        rises = [load - before for load, before in zip(counted.loads, start, strict=True)]

        assert all(rise >= 0 for rise in rises)
        total = sum(rise * b.times for rise, b in zip(rises, paper.ballots, strict=True))
        assert total == len(paid)


@QUICK
@given(ANY)
def test_ties_follow_the_order(paper):
    counted = count(paper)

    for tie in counted.ties:
        places = [counted.order.index(pitch) for pitch in tie.between]
        assert len(places) > 1
        if paper.rule == "popular" and tie.broken_by == "lot":
            assert places == list(range(places[0], places[0] + len(places)))
        assert places[0] == min(places)


def plain_order(paper):
    """The order by the letter of the rules: one voter and one fraction at a time."""
    voters = [ballot._replace(times=1) for ballot in paper.ballots for _ in range(ballot.times)]
    approvals = {pitch: sum(pitch in voter.named for voter in voters) for pitch in paper.pitches}
    round_seed = seed(paper.round, paper.nonce, digest(paper))
    needed = max(1, threshold(len(voters), paper.threshold))
    best = {"fair": plain_fair, "popular": plain_popular, "ranked": plain_schulze}[paper.rule]

    def last_resort(pitch):
        return -approvals[pitch], lot(round_seed, pitch)

    running = {pitch for pitch in paper.pitches if approvals[pitch] >= needed}
    order = []
    while running - set(order):
        order.append(min(best(paper, voters, running, order), key=last_resort))
    return (*order, *sorted(set(paper.pitches) - running, key=last_resort))


def plain_popular(_, __, running, order):
    return running - set(order)


def plain_fair(paper, voters, running, order):
    """The pitches that go next when those of ``order`` were elected."""
    loads = [voter.level * paper.unit for voter in voters]

    def water_level(pitch):
        carried = sorted(load for load, voter in zip(loads, voters, strict=True) if pitch in voter.approves)
        sums = enumerate(accumulate(carried), 1)
        return min((1 + total) / Fraction(lightest) for lightest, total in sums)

    for elected in order:
        level = water_level(elected)
        for number, voter in enumerate(voters):
            if elected in voter.approves:
                loads[number] = max(loads[number], level)
    levels = {pitch: water_level(pitch) for pitch in running - set(order)}
    return [pitch for pitch in levels if levels[pitch] == min(levels.values())]


def plain_schulze(_, voters, running, order):
    """The pitches of the rest that none of the rest beats, by trying every chain of duels."""

    def rank(voter, pitch):
        return next((place for place, tier in enumerate(voter.ranking) if pitch in tier), 99)

    def prefer(one, other):
        return sum(rank(voter, one) < rank(voter, other) for voter in voters)

    duels = {(a, b): prefer(a, b) if prefer(a, b) > prefer(b, a) else 0 for a, b in permutations(running, 2)}

    def strength(one, other):
        between = running - {one, other}
        chains = (chain for length in range(len(between) + 1) for chain in permutations(between, length))
        return max(
            min(duels[duel] for duel in zip((one, *chain), (*chain, other), strict=True)) for chain in chains
        )

    left = running - set(order)
    return [a for a in left if all(strength(a, b) >= strength(b, a) for b in left - {a})]


@settings(max_examples=100, deadline=None)
@given(ANY)
@example(RoundPaper(rule="fair", seats=2, pitches=("a", "b"), ballots=[]))
def test_count_agrees_with_the_plain_one(paper):
    assert count(paper).order == plain_order(paper)


def test_count_is_exact_where_floats_would_tie():
    """One who waited by a hair more than a half goes before two who share a half each."""
    ballots = [Ballot(("a",), times=2), Ballot(("b",), level=-1)]
    hair = Fraction(1, 10**17)

    counted = count(
        RoundPaper(
            rule="fair",
            seats=1,
            pitches=("a", "b"),
            ballots=ballots,
            threshold=Threshold(1, 0),
            unit=Fraction(1, 2) + hair,
        )
    )

    assert float(Fraction(1, 2) + hair) == 0.5
    assert (counted.order, counted.ties) == (("b", "a"), ())
    assert counted.loads == (0, Fraction(1, 2) - hair)


def test_count_of_many_kinds_agrees_with_the_plain_one():
    """So many that camps which have become small go to crowds of their own."""
    chance = Random(3)
    pitches = tuple(f"p{number:02}" for number in range(18))
    ballots = [
        Ballot(
            tuple(chance.sample(pitches, chance.randint(0, 12))),
            level=chance.choice((-1, 0, 0, 1)),
            times=chance.choice((1, 1, 3)),
        )
        for _ in range(200)
    ]
    paper = RoundPaper(rule="fair", seats=4, pitches=pitches, ballots=ballots, unit=Fraction(1, 50))

    assert count(paper).order == plain_order(paper)
