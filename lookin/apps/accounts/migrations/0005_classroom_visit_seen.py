import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_passkey_challenges'),
    ]

    operations = [
        migrations.AddField(
            model_name='classroomvisit',
            name='seen_at',
            field=models.DateTimeField(default=django.utils.timezone.now),
        ),
    ]
