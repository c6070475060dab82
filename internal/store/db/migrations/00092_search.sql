-- What a person looks for by its beginning: each index finds all that begins with a text (Begins in internal/store/db/begins.go). Channel SKUs are
-- found in whatever case. title_words: the words of SKUs' titles, folded. The indexes that the new ones replace are dropped last, under names of
-- their own: PostgreSQL lets nobody read a table from the drop to the end of the migration.

-- +goose Up
CREATE INDEX orders_reference_begun ON orders (reference {{begun}});
CREATE INDEX orders_channel_id_begun ON orders (channel_order_id {{begun}});
CREATE INDEX packages_tracking_begun ON packages (tracking {{begun}});
CREATE INDEX packages_by_id ON packages (package_id {{begun}});
CREATE INDEX variants_folded_begun ON variants (folded {{begun}});
CREATE INDEX links_by_folded ON links (LOWER(channel_sku) {{begun}});
CREATE INDEX listings_by_folded ON listings (LOWER(channel_sku) {{begun}});
CREATE INDEX listings_by_listing ON listings (listing_id {{begun}});
CREATE TABLE title_words (
    sku  TEXT NOT NULL,
    word TEXT NOT NULL,
    PRIMARY KEY (sku, word)
);
CREATE INDEX title_words_begun ON title_words (word {{begun}}, sku);
DROP INDEX orders_by_reference;
DROP INDEX orders_by_channel_id;
DROP INDEX packages_by_tracking;
DROP INDEX variants_by_folded;
