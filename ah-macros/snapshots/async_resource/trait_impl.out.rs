impl Fetch for Arc<Client> {
    fn fetch(&self) -> impl ::async_hooks::__private::core::future::Future<Output = u8> {
        ::async_hooks::__private::scope_of::<Client>(&self)
            .scope(async move {
                let _ = &self;
                #[allow(unreachable_code, clippy::all, clippy::pedantic)]
                if false {
                    let ah_hint: u8 = ::async_hooks::__private::never_called();
                    return ah_hint;
                }
                #[allow(unused_braces)] { self.n }
            })
    }
    fn sync(&self) -> Client {
        let _ah_scope = ::async_hooks::__private::scope_of::<Client>(&self).enter();
        #[allow(unused_braces)]
        {
            Client {
                n: 1,
                resource_made_in_annotated_impls_and_by_derives_below_the_attribute: ::async_hooks::__private::ResourceOf::new(),
            }
        }
    }
}
