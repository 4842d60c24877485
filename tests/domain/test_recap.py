"""A recap is begun with what is known, in sentences that are true as they stand."""

from readinggroup.domain.recap import RecapTalk, begun_recap


def test_recap_begins_with_a_paragraph_for_each_talk():
    talks = [
        RecapTalk(
            "Meta Learning",
            ["Mo", "Nia"],
            readings=[("MAML [v2]", "https://arxiv.org/abs/1703.03400"), ("Notes", "https://n.example/(1)")],
            answered=["Why not\nAdam?", "Does $n$ matter?"],
        ),
        RecapTalk("CLIP", ["Demo Kim"], instead_of="Quantum Probability"),
        RecapTalk("A film"),
    ]

    assert begun_recap(talks) == (
        "Mo and Nia spoke on “Meta Learning”. To read before it: [MAML \\[v2\\]](<https://arxiv.org/abs/1703.03400>)"
        " and [Notes](<https://n.example/(1)>).\n\n"
        "Asked and answered:\n\n"
        "- Why not Adam?\n- Does $n$ matter?\n\n"
        "Demo Kim spoke on “CLIP”. It came in the place of “Quantum Probability”.\n\n"
        "“A film” was given."
    )


def test_a_session_without_talks_begins_with_nothing():
    assert begun_recap([]) == ""
