"""What is asked, and in which order: what is to be done, what coverage hangs on, what safety hangs on."""

from __future__ import annotations

from pathlib import Path

from clausal.determination.interview.answers import Key, case_data
from clausal.documents.library import Library
from clausal.documents.load import load_library
from tests.determination.interview.asking import answered, asked_in, setting_of, value_of
from tests.test_contributing import write_example

KNEE = {
    "service_date": "10/15/2024",
    "plan": "BCN Commercial HMO",
    "device": "iovera",
    "nerves": "superior infrapatellar saphenous, inferior infrapatellar saphenous",
    "purpose": "pain",
    "diagnoses": "M17.11",
    "contract_active": "yes",
    "problem_list": "none",
    "wound_at_site": "no",
}


def parts(found: list[tuple[str, str]]) -> list[str]:
    return list(dict.fromkeys(part for part, _ in found))


def test_it_asks_what_is_done_then_coverage_then_safety(library: Library) -> None:
    found = asked_in(setting_of(library), KNEE)
    assert [fact for part, fact in found if part == "service"] == ["service_date", "plan", "code", "device", "nerves"]
    assert parts(found) == ["service", "coverage", "safety"]
    assert ("safety", "problem_list") in found
    assert len(found) == len(set(found))


def test_part_b_is_asked_for_the_state_and_kentucky_gets_its_code(library: Library) -> None:
    setting = setting_of(library)
    nerves = "superolateral genicular"
    _, now = answered(setting, ["2024-10-15", "medicare-part-b"])
    assert now.question is not None
    assert now.question.key == Key("state")
    _, now = answered(setting, ["2024-10-15", "medicare-part-b", "Kentucky", "", "iovera", nerves])
    assert now.determination is not None
    assert [(line.code, line.status) for line in now.determination.lines] == [("0441T", "not-addressed")]


def test_part_b_with_a_code_is_asked_for_the_state_too(library: Library) -> None:
    found = asked_in(
        setting_of(library),
        {"service_date": "2024-10-15", "plan": "medicare-part-b", "code": "64640", "device": "iovera", "state": "KY"},
    )
    assert ("service", "state") in found


def test_the_state_is_asked_under_the_plans_that_a_contractor_of_medicare_bears_on(library: Library) -> None:
    asked = {
        plan
        for plan in library.plans
        if ("service", "state") in asked_in(setting_of(library), {"service_date": "2024-10-15", "plan": plan})
    }
    assert asked == {"medicare-part-b", "bcn-advantage", "medicare-plus-blue"}


def test_kentucky_hears_of_its_codes_where_the_nerves_are_not_known(library: Library) -> None:
    setting = setting_of(library)
    _, now = answered(
        setting,
        ["2024-10-15", "medicare-part-b", "Kentucky", "", "iovera", "", "to treat pain", "M17.11", "none", "no"],
    )
    assert now.question is None
    assert now.determination is not None
    (line,) = now.determination.lines
    assert (line.code, line.status) == (None, "not-addressed")
    assert line.coding == "depends on nerves: 0441T or 0442T"
    notes = [one.says for one in now.determination.coding_notes]
    assert any(one.startswith("depends on nerves: 0441T for nerves of the leg") for one in notes)
    assert any(one.startswith("depends on nerves: CGS, the Medicare contractor of Kentucky") for one in notes)
    assert not any("0440T for nerves of the arm" in one for one in notes), "a nerve of the arm contradicts a knee"


def test_what_a_code_depends_on_is_told_without_a_state_too(library: Library) -> None:
    setting = setting_of(library)
    _, now = answered(
        setting, ["2024-10-15", "medicare-part-b", "", "", "iovera", "", "to treat pain", "M17.11", "none", "no"]
    )
    assert now.determination is not None
    assert now.determination.lines[0].coding == (
        "depends on nerves and state: 0441T or 0442T; depends on nerves: 64640 or 64624 or 64624-52"
    )


def test_no_code_is_possible_that_the_device_or_the_day_rules_out(library: Library) -> None:
    setting = setting_of(library)
    _, now = answered(
        setting,
        ["2022-01-30", "medicare-part-b", "Kentucky", "", "iovera", "", "to treat pain", "M17.11", "none", "no"],
    )
    assert now.determination is not None
    assert now.determination.lines[0].coding == "depends on nerves: 64640 or 64624 or 64624-52"


def test_a_code_of_which_no_document_speaks_ends_the_questions(library: Library) -> None:
    replies = {"service_date": "2024-10-15", "plan": "bcn65", "code": "99213"}
    assert [fact for _, fact in asked_in(setting_of(library), replies)] == ["service_date", "plan", "code"]


def test_what_a_file_tells_is_not_asked(library: Library) -> None:
    begun = {"service_date": "2024-10-15", "plan": "bcn65", "device": "iovera", "lines": [{"code": "64640"}]}
    found = [fact for _, fact in asked_in(setting_of(library), {}, begun)]
    assert not {"service_date", "plan", "device", "code"} & set(found)


def test_answers_that_are_not_known_are_asked_once(library: Library) -> None:
    found = asked_in(setting_of(library), {"service_date": "2024-10-15"})
    assert len(found) == len(set(found))
    found = asked_in(setting_of(library), {"service_date": "2024-10-15", "plan": "bcn-commercial-hmo"})
    assert len(found) == len(set(found))


def test_answers_that_contradict_one_another_are_told_and_not_asked_for_ever(library: Library) -> None:
    setting = setting_of(library)
    begun = {
        "service_date": "2024-10-15", "plan": "bcn-commercial-hmo", "device": "iovera", "modality": "chemical",
        "nerves": ["sural"], "purpose": "pain",
    }  # fmt: skip
    _, now = answered(setting, [], begun)
    assert any("modality is chemical" in text for text in now.contradictions)
    assert len(asked_in(setting, {}, begun)) < 20


def test_a_policy_of_another_kind_is_asked_for_its_own_facts_alone(tmp_path: Path) -> None:
    setting = setting_of(load_library([write_example(tmp_path)]))
    replies = {
        "service_date": "2024-03-01", "plan": "Example PPO", "code": "L3908", "diagnoses": "G56.01",
        "symptom_weeks": "8",
    }  # fmt: skip
    assert [fact for _, fact in asked_in(setting, replies)] == list(replies)
    _, now = answered(setting, list(replies.values()))
    assert now.determination is not None
    assert now.determination.lines[0].status == "covered"


def test_one_value_against_all_others_is_asked_as_yes_or_no_and_takes_any_value(library: Library) -> None:
    setting = setting_of(library)
    begun = {
        "service_date": "2024-10-15", "plan": "bcn-commercial-hmo", "device": "iovera", "purpose": "spasticity",
        "nerves": ["sural"], "lines": [{"code": "64640"}],
    }  # fmt: skip
    _, now = answered(setting, [""], begun)
    assert now.question is not None
    assert now.question.whether == "peripheral-neuropathy"
    assert now.question.text == "Is the condition that is treated peripheral neuropathy of any cause?"
    read = {
        text: value_of(setting, now.question, text) for text in ("yes", "no", "not peripheral neuropathy", "neuroma")
    }
    assert read == {
        "yes": "peripheral-neuropathy",
        "no": "not peripheral-neuropathy",
        "not peripheral neuropathy": "not peripheral-neuropathy",
        "neuroma": "neuroma",
    }
    _, after = answered(setting, ["", "no"], begun)
    assert after.question is None or after.question.key.fact != "condition"


def test_a_fact_of_lines_is_asked_for_each_line_that_needs_it(tmp_path: Path) -> None:
    folder = write_example(tmp_path)
    facts = folder / "example-brace" / "facts.yaml"
    facts.write_text(facts.read_text().replace("case: symptom_weeks", "case: lines[].symptom_weeks"))
    setting = setting_of(load_library([folder]))
    typed = ["2024-03-01", "example-ppo", "L3908, L3908", "G56.01", "8", "2"]
    interview, now = answered(setting, typed)
    assert now.question is None
    assert now.determination is not None
    assert [line.status for line in now.determination.lines] == ["covered", "not-covered"]
    assert case_data(interview, setting.facts)["lines"] == [
        {"code": "L3908", "symptom_weeks": 8},
        {"code": "L3908", "symptom_weeks": 2},
    ]
    _, now = answered(setting, ["2024-03-01", "example-ppo", "", "G56.01", "8"])
    assert now.determination is not None
    assert now.question is None or now.question.key.fact != "symptom_weeks"


def test_safety_names_the_codes_that_it_looks_for(library: Library) -> None:
    setting = setting_of(library)
    typed = [KNEE[name] for name in ("service_date", "plan")] + [""] + [KNEE[name] for name in ("device", "nerves")]
    _, now = answered(setting, typed)
    while now.question is not None and now.question.key != Key("problem_list"):
        typed.append(KNEE[now.question.key.fact])
        _, now = answered(setting, typed)
    assert now.question is not None
    assert {"I73.00", "I73.01", "D89.1"} <= set(now.question.sought)


def test_without_a_plan_no_source_of_codes_is_taken_for_the_one(library: Library) -> None:
    begun = {"service_date": "2024-10-15", "state": "KY", "device": "iovera", "diagnoses": ["M17.11"]}
    _, now = answered(setting_of(library), [], begun)
    assert now.determination is not None
    assert now.determination.lines[0].coding is None
    assert now.determination.coding_notes == []
