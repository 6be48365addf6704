struct Unit {
    #[doc(hidden)]
    #[allow(unreachable_pub, reason = "seen by whoever sees all other fields")]
    resource_made_in_annotated_impls_and_by_derives_below_the_attribute: ::async_hooks::__private::ResourceOf<
        Self,
    >,
}
#[automatically_derived]
#[allow(deprecated)]
impl ::async_hooks::Resource for Unit {
    #[inline]
    fn async_resource(&self) -> &::async_hooks::AsyncResource {
        ::async_hooks::__private::ResourceField::resource(
            &self.resource_made_in_annotated_impls_and_by_derives_below_the_attribute,
        )
    }
}
#[automatically_derived]
#[allow(deprecated)]
impl ::async_hooks::__private::MakeResource for Unit {
    #[inline]
    #[track_caller]
    fn make_resource(
        trigger: ::async_hooks::__private::core::option::Option<::async_hooks::AsyncId>,
    ) -> ::async_hooks::AsyncResource {
        ::async_hooks::__private::make_resource(
            "UNIT",
            trigger,
            false,
            || <::async_hooks::Fields as ::async_hooks::__private::core::convert::From<
                _,
            >>::from([
                ("pool", ::async_hooks::__private::Field::field(&("main"))),
                (
                    "host",
                    ::async_hooks::FieldValue::Formatted(
                        ::async_hooks::__private::display(&(host())),
                    ),
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
            resource_made_in_annotated_impls_and_by_derives_below_the_attribute: ::async_hooks::__private::ResourceOf::new(),
        }
    }
    #[inline]
    fn __ah_value_triggered_by(trigger: ::async_hooks::AsyncId) -> Self {
        let _ = trigger;
        Self {
            resource_made_in_annotated_impls_and_by_derives_below_the_attribute: ::async_hooks::__private::ResourceOf::triggered_by(
                trigger,
            ),
        }
    }
}
