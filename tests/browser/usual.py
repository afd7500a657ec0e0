"""List of the browser tests that `./run test` runs.

They cover ten user journeys, offline use, keyboard use, live pages and accessibility. Every other
test in this folder is about a detail of a script. It is marked `detail` and run by
`./run test --all`.
"""

JOURNEYS = [
    "test_report.py::test_a_drain_is_reported_with_a_real_photo_and_its_place",
    "test_follow.py::test_who_finds_their_problem_reported_follows_it_and_confirms_an_address",
    "test_spanish.py::test_a_whole_report_in_spanish",
    "test_danger.py::test_a_resident_denies_it_and_sends_it_and_the_open_desk_notices",
    "test_intake.py::test_a_call_from_the_desk_to_the_reference_by_keyboard_alone",
    "test_agents_hour.py::test_twenty_requests_by_keyboard_alone",
    "test_crews_morning.py::test_a_crews_morning",
    "test_crew_plan.py::test_a_day_from_the_list_to_the_last_stop",
    "test_supervisors_week.py::test_a_supervisors_week",
    "test_rules.py::test_a_rule_is_drafted_tried_published_and_read_at_the_desk",
]
OFFLINE = [
    "test_offline.py::test_a_report_is_written_without_a_network_and_sent_when_it_is_back",
    "test_offline.py::test_a_report_goes_on_where_the_network_left_it_and_a_lost_answer_files_it_once",
    "test_offline.py::test_what_the_city_refuses_comes_back_at_its_step_with_everything",
    "test_offline.py::test_wi_fi_that_never_answers_can_be_left_after_a_moment",
    "test_offline.py::test_todays_pages_of_a_crew_open_without_a_signal_until_they_sign_out",
    "test_outbox.py::test_a_report_that_the_phone_cannot_keep_says_so_and_stays_on_its_page",
    "test_outbox.py::test_each_photo_that_is_refused_is_named_and_the_others_go_on",
    "test_outbox.py::test_a_report_that_an_earlier_version_of_the_site_kept_is_sent",
    "test_crew_offline_acts.py::test_a_job_is_started_and_finished_without_a_signal_and_both_are_sent_once",
    "test_crew_offline_acts.py::test_hold_and_hand_back_wait_without_a_signal",
    "test_crew_queue.py::test_an_ended_session_keeps_it_until_the_same_person_is_back",
    "test_crew_queue.py::test_a_job_that_changed_while_it_waited_is_read_before_it_is_sent",
    "test_crew_queue.py::test_two_tabs_send_it_once",
]
KEYBOARD = [
    "test_keyboard.py",
    "test_place_by_keyboard.py",
    "test_desk.py::test_enter_routes_and_the_next_request_is_there",
    "test_desk.py::test_a_key_is_for_the_request_that_is_seen",
    "test_desk.py::test_z_takes_it_back",
    "test_desk.py::test_keys_are_letters_while_typing",
    "test_desk.py::test_over_an_open_form_no_key_carries_anything_out",
    "test_desk.py::test_two_presses_of_enter_route_one_request",
]
LIVE = [
    "test_live.py::test_a_change_shows_within_five_seconds_and_leaves_the_typing_alone",
    "test_live.py::test_a_page_that_cannot_reach_the_city_says_so_and_recovers",
    "test_live.py::test_finished_work_asks_the_question_on_the_open_page",
    "test_live.py::test_polling_ends_an_hour_after_closing",
    "test_desk.py::test_a_new_request_is_offered_and_moves_nothing",
    "test_desk.py::test_another_agents_act_is_told_and_what_was_typed_stays",
    "test_desk.py::test_a_session_that_ends_leaves_the_page_as_it_is",
]
ACCESSIBILITY = [
    "test_admin_barriers.py",
    "test_colors.py",
    "test_desk.py::test_the_desk_is_accessible_and_fits",
    "test_names.py",
    "test_narrow.py",
    "test_preferences.py",
    "test_rare_states.py",
    "test_text_spacing.py",
]
# One test for each script that none of the lists above covers.
OTHER_SCRIPTS = [
    "test_browse.py::test_beside_the_list_the_map_counts_offers_and_leaves_the_list_alone",
    "test_crew_moved.py::test_one_tap_sends_it_to_who_has_the_job_and_the_desk_sees_it",
    "test_crew_note.py::test_a_note_survives_leaving_and_a_reload_until_it_is_saved",
    "test_danger_report.py::test_who_says_that_nobody_is_in_danger_sends_it_and_it_is_flagged",
    "test_desk_acts.py::test_a_photo_is_blacked_out_by_keyboard",
    "test_desk_queue.py::test_several_are_selected_routed_and_taken_back_by_keyboard",
    "test_desk_stray.py::test_no_key_of_the_desk_acts_while_the_next_request_comes",
    "test_map_picker.py::test_a_place_of_the_list_comes_under_the_pin",
    "test_replies.py::test_the_photos_of_a_dispute_are_seen_and_one_is_taken_out",
    "test_share.py::test_where_nothing_can_be_shared_the_link_is_copied",
    "test_sign_in.py::test_a_passkey_is_the_second_step_after_a_password",
]
USUAL = frozenset([*JOURNEYS, *OFFLINE, *KEYBOARD, *LIVE, *ACCESSIBILITY, *OTHER_SCRIPTS])


def is_usual(file: str, test: str) -> bool:
    """Return True if `./run test` runs this test of this file, such as `test_live.py`."""
    return file in USUAL or f"{file}::{test}" in USUAL
