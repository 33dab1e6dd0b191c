from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_face_stamp'),
    ]

    operations = [
        migrations.AlterField(
            model_name='onetimetoken',
            name='purpose',
            field=models.CharField(choices=[('setup', 'Setup'), ('invite', 'Invite'), ('face', 'Face'), ('key', 'Passkey')], max_length=6),
        ),
    ]
