// Questions to the system catalogs, as text (PostgreSQL manual, chapter 53). Valid from PostgreSQL 12 on.
#pragma once

#include <string_view>

namespace sinkway::table::catalog_sql {

// $1 name, $2 schema ("": what the search path shows) -> oid, schema, name, kind, has rules, row security applies to this role, may
// insert, whether the name is exactly this, whether a constraint of it, or one that refers to it, is deferrable; exact ones first,
// then those that differ in case only.
inline constexpr std::string_view kTables =
    "SELECT c.oid, n.nspname, c.relname, c.relkind, c.relhasrules, row_security_active(c.oid), "
    "has_any_column_privilege(c.oid, 'INSERT') AND has_schema_privilege(n.oid, 'USAGE'), c.relname = $1, EXISTS (SELECT FROM "
    "pg_catalog.pg_constraint d WHERE d.condeferrable AND c.oid IN (d.conrelid, d.confrelid)) FROM "
    "pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE lower(c.relname) = "
    "lower($1) AND c.relkind IN ('r', 'p', 'v', 'f') AND CASE WHEN $2 = '' THEN n.nspname = ANY "
    "(current_schemas(true)) AND n.nspname <> 'pg_catalog' ELSE n.nspname = $2 END ORDER BY c.relname = $1 DESC, "
    "array_position(current_schemas(true), n.nspname), c.relname";

// $1 oid of a table -> name, type, not null (by itself or its domain), has default (the same), identity, generated, whether it is a
// domain, type and modifier under all domains, kind and category of that type, name of the type, OID, kind,
// category and name of an array's elements, names of the attributes of a composite type or element as JSON, the name of a
// collation that is not deterministic, the type with its modifier where that rounds (numeric and times), name of the type under all domains, fit
// for a cast, the name of a collation that is not its type's; in the order of the table. A type's name goes without its modifier: a cast to
// varchar(3), or to a domain over bit(3), would cut what an insert refuses.
inline constexpr std::string_view kColumns =
    "WITH RECURSIVE base(attnum, oid, typtype, typbasetype, typmod) AS (SELECT a.attnum, t.oid, t.typtype, "
    "t.typbasetype, a.atttypmod FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid "
    "WHERE a.attrelid = $1::oid AND a.attnum > 0 AND NOT a.attisdropped UNION ALL SELECT b.attnum, t.oid, "
    "t.typtype, t.typbasetype, CASE WHEN d.typtypmod >= 0 THEN d.typtypmod ELSE b.typmod END FROM base b JOIN "
    "pg_catalog.pg_type d ON d.oid = b.oid JOIN pg_catalog.pg_type t ON t.oid = b.typbasetype WHERE b.typtype = "
    "'d') SELECT a.attname, a.atttypid, a.attnotnull OR own.typnotnull, a.atthasdef OR own.typdefault IS NOT NULL, "
    "a.attidentity, a.attgenerated, own.typtype = 'd', base.oid, base.typmod, bt.typtype, bt.typcategory, "
    "pg_catalog.format_type(a.atttypid, -1), et.oid, et.typtype, et.typcategory, pg_catalog.format_type(et.oid, -1), "
    "(SELECT pg_catalog.json_agg(p.attname ORDER BY p.attnum) FROM pg_catalog.pg_attribute p WHERE p.attrelid = CASE "
    "'c' WHEN bt.typtype THEN bt.typrelid WHEN et.typtype THEN et.typrelid END AND p.attnum > 0 AND NOT "
    "p.attisdropped), (SELECT format('%I.%I', n.nspname, l.collname) FROM pg_catalog.pg_collation l JOIN pg_catalog.pg_namespace n "
    "ON n.oid = l.collnamespace WHERE l.oid = a.attcollation AND NOT l.collisdeterministic), CASE WHEN base.typmod >= 0 AND coalesce(et.oid, base.oid) IN "
    "(1083, 1114, 1184, 1186, 1266, 1700) THEN pg_catalog.format_type(base.oid, base.typmod) END, pg_catalog.format_type(base.oid, -1), "
    "(SELECT format('%I.%I', n.nspname, l.collname) FROM pg_catalog.pg_collation l JOIN pg_catalog.pg_namespace n ON n.oid = l.collnamespace "
    "WHERE l.oid = a.attcollation AND l.oid <> own.typcollation) FROM pg_catalog.pg_attribute a JOIN "
    "pg_catalog.pg_type own ON own.oid = a.atttypid JOIN base ON base.attnum = a.attnum AND base.typtype <> 'd' JOIN pg_catalog.pg_type bt ON bt.oid = "
    "base.oid LEFT JOIN pg_catalog.pg_type et ON et.oid = bt.typelem AND bt.typcategory = 'A' WHERE a.attrelid = "
    "$1::oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum";

// $1 OIDs of types as an array -> the same as kColumns, for each in order: no name, default, identity and generation; the
// collation of parameters is the database's.
inline constexpr std::string_view kTypes =
    "WITH RECURSIVE base(place, oid, typtype, typbasetype, typmod) AS (SELECT p.place, t.oid, t.typtype, t.typbasetype, -1 "
    "FROM unnest($1::oid[]) WITH ORDINALITY p(oid, place) JOIN pg_catalog.pg_type t ON t.oid = p.oid UNION ALL SELECT "
    "b.place, t.oid, t.typtype, t.typbasetype, CASE WHEN d.typtypmod >= 0 THEN d.typtypmod ELSE b.typmod END FROM base b "
    "JOIN pg_catalog.pg_type d ON d.oid = b.oid JOIN pg_catalog.pg_type t ON t.oid = b.typbasetype WHERE b.typtype = 'd') "
    "SELECT '', own.oid, false, false, '', '', own.typtype = 'd', base.oid, base.typmod, bt.typtype, bt.typcategory, "
    "pg_catalog.format_type(own.oid, -1), et.oid, et.typtype, et.typcategory, pg_catalog.format_type(et.oid, -1), "
    "(SELECT pg_catalog.json_agg(a.attname ORDER BY a.attnum) FROM pg_catalog.pg_attribute a WHERE a.attrelid = CASE 'c' "
    "WHEN bt.typtype THEN bt.typrelid WHEN et.typtype THEN et.typrelid END AND a.attnum > 0 AND NOT a.attisdropped), '', '', "
    "pg_catalog.format_type(base.oid, -1), '' FROM unnest($1::oid[]) WITH ORDINALITY p(oid, place) JOIN pg_catalog.pg_type own ON own.oid = p.oid JOIN base ON "
    "base.place = p.place AND base.typtype <> 'd' JOIN pg_catalog.pg_type bt ON bt.oid = base.oid LEFT JOIN "
    "pg_catalog.pg_type et ON et.oid = bt.typelem AND bt.typcategory = 'A' ORDER BY p.place";

// $1 oid of a table -> names of the columns of its primary key, in the order of the key.
inline constexpr std::string_view kPrimaryKey =
    "SELECT a.attname FROM pg_catalog.pg_index i CROSS JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY "
    "k(attnum, place) JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum WHERE "
    "i.indrelid = $1::oid AND i.indisprimary AND k.place <= i.indnkeyatts ORDER BY k.place";

// $1 oid of a table -> of each unique index that ON CONFLICT can use (not partial, not deferrable, without expressions: PostgreSQL
// manual, INSERT, ON CONFLICT): its oid, a column.
inline constexpr std::string_view kUniqueKeys =
    "SELECT i.indexrelid, a.attname FROM pg_catalog.pg_index i JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND "
    "a.attnum = ANY ((i.indkey::int2[])[0:i.indnkeyatts - 1]) WHERE i.indrelid = $1::oid AND i.indisunique AND i.indimmediate AND "
    "i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL ORDER BY 1";

// $1 oid of a view -> whether rows go through it into its table, by no rule or trigger, which take no ON CONFLICT.
inline constexpr std::string_view kIsPassedOn =
    "SELECT pg_catalog.pg_relation_is_updatable($1::oid, false) & 8 <> 0 AND NOT EXISTS (SELECT FROM pg_catalog.pg_rewrite r WHERE "
    "r.ev_class = $1::oid AND r.ev_type IN ('2', '3')) AND NOT EXISTS (SELECT FROM pg_catalog.pg_trigger t WHERE t.tgrelid = $1::oid AND "
    "t.tgtype & 64 <> 0)";

// $1 oid of a table -> oids of the tables that its foreign keys refer to.
inline constexpr std::string_view kReferences =
    "SELECT DISTINCT confrelid FROM pg_catalog.pg_constraint WHERE conrelid = $1::oid AND contype = 'f'";

// $1 oid of a table -> whether the role may SELECT and UPDATE some column, DELETE, TRUNCATE, and use its schema.
inline constexpr std::string_view kPrivileges =
    "SELECT has_any_column_privilege($1::oid, 'SELECT'), has_any_column_privilege($1::oid, 'UPDATE'), "
    "has_table_privilege($1::oid, 'DELETE'), has_table_privilege($1::oid, 'TRUNCATE'), has_schema_privilege((SELECT relnamespace FROM "
    "pg_catalog.pg_class WHERE oid = $1::oid), 'USAGE')";

// $1 oid of a table -> column, sequence of its default, for those that the role may take no value from.
inline constexpr std::string_view kForbiddenSequences =
    "SELECT a.attname, format('%I.%I', n.nspname, s.relname) FROM pg_catalog.pg_attrdef d JOIN pg_catalog.pg_attribute a ON a.attrelid = "
    "d.adrelid AND a.attnum = d.adnum JOIN pg_catalog.pg_depend p ON p.classid = 'pg_catalog.pg_attrdef'::regclass AND p.objid = d.oid AND "
    "p.refclassid = 'pg_catalog.pg_class'::regclass JOIN pg_catalog.pg_class s ON s.oid = p.refobjid JOIN pg_catalog.pg_namespace n ON n.oid = "
    "s.relnamespace WHERE d.adrelid = $1::oid AND CASE WHEN s.relkind = 'S' THEN NOT has_sequence_privilege(s.oid, 'USAGE, UPDATE') ELSE false "
    "END ORDER BY a.attnum";

// $1 name, $2 schema ("": the search path) -> whether such a table exists, whether some schema lets it be made.
inline constexpr std::string_view kOwnTable =
    "SELECT EXISTS (SELECT FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE "
    "c.relname = $1 AND c.relkind IN ('r', 'p') AND CASE WHEN $2 = '' THEN n.nspname = ANY (current_schemas(false)) ELSE "
    "n.nspname = $2 END), EXISTS (SELECT FROM pg_catalog.pg_namespace n WHERE CASE WHEN $2 = '' THEN n.nspname = ANY "
    "(current_schemas(false)) ELSE n.nspname = $2 END AND has_schema_privilege(n.oid, 'CREATE'))";

// $1 schema ("": what the search path says) -> the schema in which CREATE TABLE makes a table, whether the role may; nothing: there is none.
inline constexpr std::string_view kPlaceOfNew =
    "SELECT n.nspname, has_schema_privilege(n.oid, 'CREATE') FROM pg_catalog.pg_namespace n WHERE n.nspname = CASE WHEN $1 = '' THEN "
    "current_schema() ELSE $1 END";

}  // namespace sinkway::table::catalog_sql
