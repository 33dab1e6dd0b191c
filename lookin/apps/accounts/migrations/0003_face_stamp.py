import lookin.apps.accounts.models
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_passkeys_classrooms_and_streams'),
    ]

    operations = [
        migrations.AddField(
            model_name='facetemplate',
            name='asks_more',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='facetemplate',
            name='stamp',
            field=models.BigIntegerField(db_index=True, default=lookin.apps.accounts.models.new_stamp),
        ),
    ]
