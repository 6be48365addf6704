//! Each place of `docs/guide/which_tier.md` that loses an id is found by the inspector, with the place that reads and what to write
//! instead; where the id is carried, nothing is reported.

#[path = "losses/http.rs"]
mod http;
#[path = "losses/places.rs"]
mod places;
#[path = "losses/tiers.rs"]
mod tiers;

use ah_inspect::{Loss, Recorder, Settings};
use async_hooks::prelude::*;
use places::PLACES;
use tiers::{ID, Tier};

/// What the work sees, and what the inspector says of it. The handler is tracked, as those of services are.
fn run(tier: Tier, place: &places::Place) -> Option<(Option<u64>, Vec<Loss>)> {
    let runtime = tier.runtime()?;
    let recorder = Recorder::start(&Settings::default()).expect("nothing else records");
    let handler = ID.scope(7, async { (place.run)(tier).traced("HANDLER").await });
    let seen = runtime.block_on(handler);
    let lost = ah_inspect::lost();
    drop(recorder.stop());
    Some((seen, lost))
}

#[test]
fn each_place_that_loses_is_found_and_named() {
    let (mut losses, mut explained) = (0, 0);
    for place in &PLACES {
        for tier in Tier::ALL {
            let Some((seen, lost)) = run(tier, place) else {
                continue; // built without what the tier needs
            };
            let name = place.name;
            if seen.is_some() {
                assert_eq!(lost.len(), 0, "{name}: {lost:#?}");
                continue;
            }
            let file = |loss: &Loss| loss.read_at().file().contains("tests/losses/tests/losses");
            assert!(!lost.is_empty(), "{name}: not found");
            for loss in &lost {
                assert!(
                    loss.storage() == "id" && file(loss) && !loss.fix().is_empty(),
                    "{name}: {loss}"
                );
                println!("{name}\n{loss}\n  fix: {}\n", loss.fix());
            }
            losses += 1;
            explained += u32::from(lost.iter().any(|loss| loss.held_by().is_some()));
        }
    }
    println!("{losses} losses, of {explained} it is known who had the id");
    let lost_in_the_table = if cfg!(tokio_unstable) { 38 } else { 28 };
    assert_eq!(losses, lost_in_the_table);
}
