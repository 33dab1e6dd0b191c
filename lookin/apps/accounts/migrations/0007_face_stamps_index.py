import lookin.apps.accounts.models
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0006_seen_stream_person'),
    ]

    operations = [
        migrations.AlterField(
            model_name='facetemplate',
            name='stamp',
            field=models.BigIntegerField(default=lookin.apps.accounts.models.new_stamp),
        ),
        migrations.AddIndex(
            model_name='facetemplate',
            index=models.Index(fields=['consent_version', 'person', 'stamp'], name='face_stamps'),
        ),
    ]
