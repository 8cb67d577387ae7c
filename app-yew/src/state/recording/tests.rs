use super::*;

const VIDEO: RecordingKind = RecordingKind::Video;
const MINE: Input = Input::Room(Seen::Mine { paused: false, new: true });
const OLD: Input = Input::Room(Seen::Mine { paused: false, new: false });
const NONE: Input = Input::Room(Seen::None);

fn play(inputs: &[Input]) -> (MyRecording, Vec<Effect>) {
    inputs.iter().fold((MyRecording::Idle, vec![]), |(state, mut effects), input| {
        let (state, more) = state.step(*input);
        effects.extend(more);
        (state, effects)
    })
}

fn after(inputs: &[Input], then: Input) -> (MyRecording, Vec<Effect>) {
    play(inputs).0.step(then)
}

const RUNNING: &[Input] = &[Input::Choose(VIDEO), MINE, Input::Started];

#[test]
fn the_recorder_starts_only_when_the_event_comes_back() {
    let (state, effects) = play(&[Input::Choose(VIDEO), NONE]);
    assert_eq!(state, MyRecording::Asked { kind: VIDEO });
    assert_eq!(effects, [Effect::Send(Command::StartRecording { kind: VIDEO })]);
    let (state, effects) = state.step(MINE);
    assert_eq!(
        (state, effects),
        (
            MyRecording::Starting { kind: VIDEO, announced: Announced::Yes },
            vec![Effect::StartRecorder(VIDEO)]
        )
    );
}

#[test]
fn an_ended_recording_that_is_still_seen_starts_nothing() {
    let mut inputs = RUNNING.to_vec();
    inputs.extend([Input::Stop, Input::Finished, Input::Choose(VIDEO)]);
    let (asked, _) = play(&inputs);
    assert_eq!(asked.step(OLD), (MyRecording::Asked { kind: VIDEO }, vec![]));
    assert_eq!(asked.step(NONE).0.step(MINE).1, [Effect::StartRecorder(VIDEO)]);
}

#[test]
fn a_recorder_that_is_starting_outlives_the_server() {
    let (lost, effects) = after(&RUNNING[..2], Input::Unreachable);
    assert!(lost.is_active() && effects.is_empty());
    // Back before the recorder runs: announced again, and other changes of the room don't matter.
    let (asked, effects) = lost.step(NONE);
    assert_eq!(effects, [Effect::Send(Command::StartRecording { kind: VIDEO })]);
    assert_eq!(asked.step(NONE), (asked, vec![]));
    assert_eq!(asked.step(MINE).0, MyRecording::Starting { kind: VIDEO, announced: Announced::Yes });
    let denied = asked.step(Input::Denied(Code::NotAllowed));
    let told = Effect::TellDenied(Code::NotAllowed);
    assert_eq!(denied, (MyRecording::Stopping, vec![Effect::StopRecorder, told]));
    // Back after it runs: announced then.
    let (running, effects) = lost.step(Input::Started);
    assert!(effects.is_empty());
    assert_eq!(running.step(NONE).1, [Effect::Send(Command::StartRecording { kind: VIDEO })]);
    assert_eq!(asked.step(Input::Started).0.step(NONE).1, []);
    // Nobody to tell that it was stopped.
    assert_eq!(lost.step(Input::Stop), (MyRecording::Stopping, vec![Effect::StopRecorder]));
    let failed = lost.step(Input::Failed("no_recorder"));
    assert_eq!(failed, (MyRecording::Idle, vec![Effect::TellFailed("no_recorder")]));
}

#[test]
fn a_denied_start_records_nothing() {
    let (state, effects) = after(&[Input::Choose(VIDEO)], Input::Denied(Code::NotAllowed));
    assert_eq!((state, effects), (MyRecording::Idle, vec![Effect::TellDenied(Code::NotAllowed)]));
}

#[test]
fn a_recording_that_nobody_makes_is_taken_back() {
    let stop = vec![Effect::Send(Command::StopRecording)];
    assert_eq!(MyRecording::Idle.step(MINE), (MyRecording::Idle, stop.clone()));
    // Stopped while nobody could be told, and the seat was kept.
    let (state, effects) = after(RUNNING, Input::Unreachable);
    assert_eq!(effects, []);
    let (state, effects) = state.step(Input::Stop);
    assert_eq!(effects, [Effect::StopRecorder]);
    let (state, _) = state.step(Input::Finished);
    assert_eq!(state.step(OLD), (MyRecording::Idle, stop));
}

#[test]
fn a_pause_while_nobody_can_be_told_counts_when_the_seat_is_taken_back() {
    let (state, _) = after(RUNNING, Input::Unreachable);
    let (state, effects) = state.step(Input::Pause);
    assert_eq!(effects, [Effect::PauseRecorder]);
    let (state, effects) = state.step(OLD);
    assert_eq!(effects, [Effect::Send(Command::PauseRecording)]);
    let old_paused = Input::Room(Seen::Mine { paused: true, new: false });
    let (state, effects) = state.step(old_paused);
    assert_eq!(effects, []);
    // What everybody sees as paused does not go on before they can be told.
    let (state, _) = state.step(Input::Unreachable);
    let (state, effects) = state.step(Input::Resume);
    assert_eq!(effects, [Effect::TellDenied(Code::TryAgain)]);
    let (state, effects) = state.step(old_paused);
    assert_eq!(effects, []);
    assert_eq!(state.step(Input::Resume).1, [Effect::Send(Command::ResumeRecording)]);
}

#[test]
fn what_was_paused_and_resumed_while_nobody_knew_goes_on() {
    let (lost, _) = after(RUNNING, Input::Unreachable);
    let (state, effects) = lost.step(Input::Pause).0.step(Input::Resume);
    assert_eq!(effects, [Effect::ResumeRecorder]);
    assert_eq!(state.step(OLD), (play(RUNNING).0, vec![]));
}

#[test]
fn a_pause_whose_answer_was_lost_with_the_server_is_kept() {
    let old_paused = Input::Room(Seen::Mine { paused: true, new: false });
    let (asked, _) = after(RUNNING, Input::Pause);
    let (lost, _) = asked.step(Input::Unreachable);
    assert_eq!(lost.step(old_paused).1, [Effect::PauseRecorder]);
    // The server may have told everybody: the person pauses here, and can't resume.
    let (paused, _) = lost.step(Input::Pause);
    assert_eq!(paused.step(Input::Resume), (paused, vec![Effect::TellDenied(Code::TryAgain)]));
}

#[test]
fn a_paused_recording_that_is_announced_again_goes_on_only_when_that_is_known() {
    let old_paused = Input::Room(Seen::Mine { paused: true, new: false });
    let mut inputs = RUNNING.to_vec();
    inputs.extend([Input::Pause, old_paused, Input::Unreachable, NONE]);
    let (asked, _) = play(&inputs);
    assert_eq!(asked.step(Input::Resume), (asked, vec![Effect::TellDenied(Code::TryAgain)]));
    assert_eq!(asked.step(MINE).1, [Effect::Send(Command::PauseRecording)]);
}

#[test]
fn the_server_stops_it() {
    for end in [NONE, Input::Stopped, Input::Out] {
        assert_eq!(after(RUNNING, end), (MyRecording::Stopping, vec![Effect::StopRecorder]));
        assert_eq!(after(&RUNNING[..2], end), (MyRecording::Stopping, vec![Effect::StopRecorder]));
    }
}

#[test]
fn what_was_stopped_while_the_server_could_not_be_heard_does_not_begin_again() {
    for inputs in [&RUNNING[..2], RUNNING] {
        let (lost, _) = after(inputs, Input::Unreachable);
        assert_eq!(lost.step(Input::Stopped), (MyRecording::Stopping, vec![Effect::StopRecorder]));
    }
    let (asked, _) = play(&[Input::Choose(VIDEO)]);
    assert_eq!(asked.step(Input::Stopped), (asked, vec![]), "that was the one before");
}

#[test]
fn a_recorder_that_fails_is_told_to_the_room_and_the_person() {
    for inputs in [&RUNNING[..2], RUNNING] {
        let (state, effects) = after(inputs, Input::Failed("storage_full"));
        assert_eq!(state, MyRecording::Idle);
        assert_eq!(effects, [Effect::Send(Command::StopRecording), Effect::TellFailed("storage_full")]);
    }
}

#[test]
fn pause_is_the_servers_word() {
    let (state, effects) = after(RUNNING, Input::Pause);
    assert_eq!(effects, [Effect::Send(Command::PauseRecording)]);
    let (state, effects) = state.step(Input::Room(Seen::Mine { paused: true, new: false }));
    assert_eq!(effects, [Effect::PauseRecorder]);
    let (_, effects) = state.step(MINE);
    assert_eq!(effects, [Effect::ResumeRecorder]);
}

#[test]
fn it_outlives_the_server_and_is_announced_again() {
    let mut inputs = RUNNING.to_vec();
    inputs.push(Input::Unreachable);
    let (state, effects) = play(&inputs);
    assert!(state.is_active() && !effects.contains(&Effect::StopRecorder));
    let (state, effects) = state.step(NONE);
    assert_eq!(effects, [Effect::Send(Command::StartRecording { kind: VIDEO })]);
    // Other changes of the room before the answer don't matter.
    assert_eq!(state.step(NONE), (state, vec![]));
    let (running, _) = state.step(MINE);
    assert_eq!(
        running,
        MyRecording::Running { kind: VIDEO, paused: false, told_paused: false, announced: Announced::Yes }
    );
    let (denied, effects) = state.step(Input::Denied(Code::NotAllowed));
    assert_eq!(denied, MyRecording::Stopping);
    assert_eq!(effects, [Effect::StopRecorder, Effect::TellDenied(Code::NotAllowed)]);
}

#[test]
fn without_a_server_the_person_decides_alone() {
    let mut inputs = RUNNING.to_vec();
    inputs.push(Input::Unreachable);
    let (paused, effects) = after(&inputs, Input::Pause);
    assert_eq!(effects, [Effect::PauseRecorder]);
    // Announced again, the room must not see a paused recording as a running one.
    let (asked, _) = paused.step(NONE);
    assert_eq!(asked.step(MINE).1, [Effect::Send(Command::PauseRecording)]);
    assert_eq!(after(&inputs, Input::Stop), (MyRecording::Stopping, vec![Effect::StopRecorder]));
}

#[test]
fn it_ends_once_and_can_start_again() {
    let (state, effects) = after(RUNNING, Input::Stop);
    assert_eq!(effects, [Effect::StopRecorder, Effect::Send(Command::StopRecording)]);
    assert_eq!(state.step(NONE), (MyRecording::Stopping, vec![]));
    assert_eq!(state.step(Input::Stop), (MyRecording::Stopping, vec![]));
    assert!(state.step(Input::Finished).0.can_start());
}
