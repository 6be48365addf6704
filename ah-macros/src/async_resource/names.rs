//! Names that the generated code of the struct and of its impl blocks agree upon.

/// The hidden field. rustc prints it where the field is missing, and there it is all that we can say.
pub(super) const FIELD: &str =
    "resource_made_in_annotated_impls_and_by_derives_below_the_attribute";

/// The constructor that stands in for `Self` as a value.
pub(super) const VALUE: &str = "__ah_value";

/// The same, with a trigger.
pub(super) const VALUE_TRIGGERED_BY: &str = "__ah_value_triggered_by";

/// The value of a method's `trigger = …`.
pub(super) const TRIGGER: &str = "__ah_trigger";
