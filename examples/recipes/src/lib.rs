#![doc = include_str!("../../../docs/carriers.md")]
