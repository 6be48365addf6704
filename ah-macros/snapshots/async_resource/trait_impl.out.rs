impl Fetch for Arc<Client> {
    fn fetch(&self) -> impl ::ah::__private::core::future::Future<Output = u8> {
        ::ah::__private::scope_of::<Client>(&self)
            .scope(async move {
                let _ = &self;
                #[allow(unreachable_code, clippy::all, clippy::pedantic)]
                if false {
                    let ah_hint: u8 = ::ah::__private::never_called();
                    return ah_hint;
                }
                #[allow(unused_braces)] { self.n }
            })
    }
    fn sync(&self) -> Client {
        let _ah_scope = ::ah::__private::scope_of::<Client>(&self).enter();
        #[allow(unused_braces)]
        {
            Client {
                n: 1,
                resource_made_in_annotated_impls_and_by_derives_below_the_attribute: ::ah::__private::ResourceOf::new(),
            }
        }
    }
}
