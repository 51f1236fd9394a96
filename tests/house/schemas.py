"""What a database is made of, told in words that can be compared: the migrated one and the models' own."""

import re
from collections.abc import Iterator

import sqlalchemy as sa

# alembic's own table, and the search's, which are made by raw DDL
NOT_IN_THE_MODELS = ("alembic_version", "search_")


def plain(sql: str) -> str:
    """Without differences of white space and of quotes that say nothing."""
    return re.sub(r"\s+", " ", re.sub(r'"(\w+)"', r"\1", sql)).replace("( ", "(").replace(" )", ")").strip()


def checks(sql: str) -> Iterator[str]:
    """The named CHECKs in a CREATE TABLE of SQLite, which tells them nowhere else."""
    sql = plain(sql)
    for start in re.finditer(r"(?:CONSTRAINT (\w+) )?CHECK \(", sql):
        depth, at = 1, start.end()
        while depth:
            depth += {"(": 1, ")": -1}.get(sql[at], 0)
            at += 1
        yield f"{start[1]}: {sql[start.end() : at - 1]}"


def of(connection: sa.Connection) -> dict[str, set[str]]:
    """Tables, each as a set of facts."""
    told = sqlite(connection) if connection.dialect.name == "sqlite" else postgresql(connection)
    return {table: facts for table, facts in told.items() if not table.startswith(NOT_IN_THE_MODELS)}


def sqlite(connection: sa.Connection) -> dict[str, set[str]]:
    def rows(sql: str) -> list[sa.Row]:
        return list(connection.exec_driver_sql(sql))

    told = {}
    for name, sql in rows("SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"):
        facts = {f"check {check}" for check in checks(sql)}
        facts |= {f"constraint {c}" for c in re.findall(r"CONSTRAINT (\w+)", plain(sql))}
        (strict,) = rows(f"SELECT strict FROM pragma_table_list WHERE name = '{name}'")
        facts.add(f"strict {strict[0]}")
        for c in rows(f"SELECT name, type, \"notnull\", dflt_value, pk FROM pragma_table_xinfo('{name}')"):
            facts.add(f"column {tuple(c)}")
        for fk in rows(f'SELECT "from", "table", "to", on_delete FROM pragma_foreign_key_list(\'{name}\')'):
            facts.add(f"foreign key {tuple(fk)}")
        for index, unique, partial in rows(f"SELECT name, \"unique\", partial FROM pragma_index_list('{name}')"):
            columns = [c[0] for c in rows(f"SELECT name FROM pragma_index_info('{index}')")]
            text = rows(f"SELECT sql FROM sqlite_master WHERE name = '{index}'")
            called = "of a constraint" if index.startswith("sqlite_autoindex") else index
            where = plain(text[0][0]).partition(" WHERE ")[2] if partial and text else ""
            facts.add(f"index {called} {columns} unique={unique} {where}")
        told[name] = facts
    for name, table, sql in rows("SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'"):
        told[table].add(f"trigger {name}: {plain(sql)}")
    return told


def postgresql(connection: sa.Connection) -> dict[str, set[str]]:
    parts = {
        "column": """SELECT table_name, column_name, data_type, is_nullable, column_default
                     FROM information_schema.columns WHERE table_schema = 'public'""",
        "constraint": """SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
                         WHERE connamespace = 'public'::regnamespace""",
        "index": "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
        "trigger": """SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(t.oid), prosrc
                      FROM pg_trigger t JOIN pg_proc p ON p.oid = tgfoid WHERE NOT tgisinternal""",
    }
    told: dict[str, set[str]] = {}
    for kind, sql in parts.items():
        for table, *facts in connection.execute(sa.text(sql)):
            told.setdefault(table.strip('"'), set()).add(f"{kind} {facts}")
    return told


def differences(one: dict[str, set[str]], other: dict[str, set[str]], names: tuple[str, str]) -> list[str]:
    """What only one of them says."""
    found = []
    for table in sorted(set(one) | set(other)):
        first, second = one.get(table, set()), other.get(table, set())
        found += [f"{table}, only {names[0]}: {fact}" for fact in sorted(first - second)]
        found += [f"{table}, only {names[1]}: {fact}" for fact in sorted(second - first)]
    return found
