struct Unit {
    #[doc(hidden)]
    #[allow(unreachable_pub, reason = "seen by whoever sees all other fields")]
    resource_made_in_annotated_impls_and_by_derives_below_the_attribute: ::ah::__private::ResourceOf<
        Self,
    >,
}
#[automatically_derived]
#[allow(deprecated)]
impl ::ah::Resource for Unit {
    #[inline]
    fn async_resource(&self) -> &::ah::AsyncResource {
        ::ah::__private::ResourceField::resource(
            &self.resource_made_in_annotated_impls_and_by_derives_below_the_attribute,
        )
    }
}
#[automatically_derived]
#[allow(deprecated)]
impl ::ah::__private::MakeResource for Unit {
    #[inline]
    #[track_caller]
    fn make_resource(
        trigger: ::ah::__private::core::option::Option<::ah::AsyncId>,
    ) -> ::ah::AsyncResource {
        ::ah::__private::make_resource(
            "UNIT",
            trigger,
            false,
            || <::ah::Fields as ::ah::__private::core::convert::From<
                _,
            >>::from([
                ("pool", ::ah::__private::Field::field(&("main"))),
                (
                    "host",
                    ::ah::FieldValue::Formatted(::ah::__private::display(&(host()))),
                ),
            ]),
        )
    }
}
#[doc(hidden)]
#[automatically_derived]
#[allow(deprecated, unreachable_pub, reason = "as the fields are")]
impl Unit {
    #[inline]
    fn __ah_value() -> Self {
        Self {
            resource_made_in_annotated_impls_and_by_derives_below_the_attribute: ::ah::__private::ResourceOf::new(),
        }
    }
    #[inline]
    fn __ah_value_triggered_by(trigger: ::ah::AsyncId) -> Self {
        let _ = trigger;
        Self {
            resource_made_in_annotated_impls_and_by_derives_below_the_attribute: ::ah::__private::ResourceOf::triggered_by(
                trigger,
            ),
        }
    }
}
