//! How long: 20 seconds, or what `--seconds` or `--minutes` says.

use std::time::Duration;

const SHORT: Duration = Duration::from_secs(20);
/// Below this there are no quarters to compare.
const LEAST: u64 = 8;

pub(crate) fn duration(mut args: impl Iterator<Item = String>) -> Result<Duration, String> {
    let Some(unit) = args.next() else {
        return Ok(SHORT);
    };
    let unit_seconds = match unit.as_str() {
        "--seconds" => 1,
        "--minutes" => 60,
        _ => {
            return Err(format!(
                "{unit}: only --seconds N and --minutes N are known"
            ));
        }
    };
    let number = args.next().ok_or(format!("{unit} needs a number"))?;
    let number: u64 = number
        .parse()
        .map_err(|error| format!("{unit} {number}: {error}"))?;
    if let Some(more) = args.next() {
        return Err(format!("{more}: one argument is enough"));
    }
    let seconds = number.saturating_mul(unit_seconds);
    if seconds < LEAST {
        return Err(format!("{LEAST} seconds are the least"));
    }
    Ok(Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use ah_testing::test;

    use super::{SHORT, duration};

    fn parsed(args: &str) -> Result<Duration, String> {
        duration(args.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn it_is_twenty_seconds_or_what_is_asked_for() {
        assert_eq!(parsed(""), Ok(SHORT));
        assert_eq!(parsed("--seconds 8"), Ok(Duration::from_secs(8)));
        assert_eq!(parsed("--minutes 10"), Ok(Duration::from_secs(600)));
    }

    #[test]
    fn anything_else_is_refused_by_name() {
        for (args, named) in [
            ("--hours 1", "--hours"),
            ("--seconds", "--seconds"),
            ("--minutes ten", "ten"),
            ("--minutes 1 more", "more"),
            ("--seconds 7", "8 seconds"),
        ] {
            let refused = parsed(args).expect_err(args);
            assert!(refused.contains(named), "{refused}");
        }
    }
}
