//! What the inspector shows of programs that do a known thing: one recorder at a time, in the environment of the process.

mod recorded;

mod exports;
mod files;
mod losses;
mod rivers;
mod tables;
mod times;
mod v8;
mod views;
