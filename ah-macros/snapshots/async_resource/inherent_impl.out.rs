impl DbQuery {
    pub fn new(db: Db) -> Self {
        Self {
            db,
            resource_made_in_annotated_impls_and_by_derives_below_the_attribute: ::async_hooks::__private::ResourceOf::new(),
        }
    }
    pub fn child(parent: &Self) -> Self {
        let __ah_trigger: ::async_hooks::AsyncId = ::async_hooks::__private::core::convert::From::from(
            parent.async_id(),
        );
        #[allow(unused_braces)]
        {
            Self {
                db: parent.db.clone(),
                resource_made_in_annotated_impls_and_by_derives_below_the_attribute: ::async_hooks::__private::ResourceOf::triggered_by(
                    __ah_trigger,
                ),
            }
        }
    }
    #[allow(clippy::implicit_return)]
    pub fn get_info(
        &self,
        sql: &str,
    ) -> impl ::async_hooks::__private::core::future::Future<
        Output = Result<Row, DbError>,
    > {
        let __ah_scope = ::async_hooks::__private::scope_of::<Self>(&self);
        ::async_hooks::__private::scoped(
            async move {
                let _ = &self;
                #[allow(
                    clippy::used_underscore_binding,
                    clippy::no_effect_underscore_binding,
                    clippy::shadow_same
                )]
                let sql = sql;
                #[allow(unreachable_code, clippy::all, clippy::pedantic)]
                if false {
                    let __ah_never: Result<Row, DbError> = ::async_hooks::__private::never_called();
                    return __ah_never;
                }
                #[allow(unused_braces)] { self.db.query(sql).await }
            },
            &__ah_scope,
        )
    }
    #[allow(clippy::implicit_return)]
    pub fn on_row(&self, row: Row, callback: impl FnOnce(Row)) {
        {
            let __ah_entered = ::async_hooks::__private::scope_of::<Self>(&self).enter();
            #[allow(unused_braces)] { callback(row) }
        }
    }
    fn private(&self) {}
    #[allow(clippy::implicit_return)]
    fn asked_for(&self) {
        {
            let __ah_entered = ::async_hooks::__private::scope_of::<Self>(&self).enter();
            #[allow(unused_braces)] {}
        }
    }
    pub fn skipped(&self) {}
}
