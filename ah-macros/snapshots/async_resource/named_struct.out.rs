#[derive(Debug, PartialEq)]
#[derive(Clone, Default)]
/// A query.
pub struct DbQuery<'a, T: Clone = u8>
where
    T: 'a,
{
    pub sql: &'a str,
    limit: T,
    #[doc(hidden)]
    #[allow(unreachable_pub, reason = "seen by whoever sees all other fields")]
    resource_made_in_annotated_impls_and_by_derives_below_the_attribute: ::async_hooks::__private::ResourceOf<
        Self,
    >,
}
#[automatically_derived]
#[allow(deprecated)]
impl<'a, T: Clone> ::async_hooks::Resource for DbQuery<'a, T>
where
    T: 'a,
{
    #[inline]
    fn async_resource(&self) -> &::async_hooks::AsyncResource {
        ::async_hooks::__private::ResourceField::resource(
            &self.resource_made_in_annotated_impls_and_by_derives_below_the_attribute,
        )
    }
}
#[automatically_derived]
#[allow(deprecated)]
impl<'a, T: Clone> ::async_hooks::__private::MakeResource for DbQuery<'a, T>
where
    T: 'a,
{
    #[inline]
    #[track_caller]
    fn make_resource(
        trigger: ::async_hooks::__private::core::option::Option<::async_hooks::AsyncId>,
    ) -> ::async_hooks::AsyncResource {
        ::async_hooks::__private::make_resource("DBQuery", trigger, false, || ())
    }
}
