//! The load under the inspector: contexts are not lost in it, so that none may be reported, however small the tables are.

use std::time::Duration;

use ah_inspect::{Recorder, Recording, Settings};

use crate::{
    gauges::{self, Gauges},
    load::Load,
};

/// For so long everything is recorded.
const RECORDED: Duration = Duration::from_secs(5);

/// Fewer than the load has at a time: events and contexts are overwritten, and some resources find no place.
fn small() -> Settings {
    Settings {
        events: 1 << 14,
        alive: 1 << 9,
        contexts: 1 << 8,
        ..Settings::default()
    }
}

/// Runs the load for a while with everything recorded, and says what the inspector got wrong.
pub(crate) fn faults(load: &mut Load) -> Vec<String> {
    let recorder = match Recorder::start(&small()) {
        Ok(recorder) => recorder,
        Err(error) => return vec![format!("nothing is recorded: {error}")],
    };
    let nothing = Gauges::now(); // but the hook of the recorder
    load.run(RECORDED, |_| ());
    gauges::at_rest(&nothing); // the clients' last tasks end
    let alive = ah_inspect::alive().len();
    let lost = ah_inspect::lost();
    let recording = recorder.stop();
    println!("inspected: {}", seen(&recording, lost.len()));
    let mut faults = Vec::new();
    if recording.events() == 0 {
        faults.push("the inspector has kept no event".to_owned());
    }
    if recording.overwritten() == 0 || recording.not_shown() == 0 {
        faults.push("the tables of the inspector were never full".to_owned());
    }
    if alive > 0 {
        faults.push(format!(
            "the inspector shows {alive} things that have ended"
        ));
    }
    faults.extend(lost.iter().map(|loss| format!("a false report: {loss}")));
    faults
}

fn seen(recording: &Recording, lost: usize) -> String {
    let (events, not_shown) = (recording.events(), recording.not_shown());
    let overwritten = recording.overwritten();
    format!(
        "{events} events kept, {overwritten} overwritten, {not_shown} resources without a place, {lost} contexts lost"
    )
}
