"""A basket's owner is known by its token alone"""

from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    with op.batch_alter_table('basket', schema=None) as batch_op:
        batch_op.drop_constraint('fk_basket_person_id', type_='foreignkey')
        batch_op.drop_constraint('uq_basket_person_id', type_='unique')
        batch_op.drop_column('person_id')
