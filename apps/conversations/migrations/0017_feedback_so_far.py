from django.db import migrations

# The last word of each customer about each answer, and each answer that an agent marked.
RATED = """
INSERT INTO conversations_feedback (conversation_id, "of", kind, score, comment, at)
SELECT DISTINCT ON (e.conversation_id, coalesce((e.body->>'of')::int, 0))
    e.conversation_id, coalesce((e.body->>'of')::int, 0),
    CASE WHEN e.body->>'of' IS NULL THEN 'csat' WHEN (e.body->>'score')::int > 0 THEN 'up' ELSE 'down' END,
    CASE WHEN e.body->>'of' IS NULL THEN (e.body->>'score')::int END,
    coalesce(e.body->>'comment', ''), e.at
FROM conversations_event e WHERE e.kind = 'rated' AND e.body->>'score' IS NOT NULL
ORDER BY e.conversation_id, coalesce((e.body->>'of')::int, 0), e.seq DESC
"""
MARKED = """
INSERT INTO conversations_feedback (conversation_id, "of", kind, comment, at)
SELECT t.conversation_id, min(e.seq), 'wrong', '', coalesce(t.finished_at, t.started_at)
FROM conversations_turn t JOIN conversations_event e
    ON e.conversation_id = t.conversation_id AND e.turn_id = t.id AND e.kind = 'message' AND e.author = 'bot'
WHERE t.cause = 'agent_correction' GROUP BY t.id
"""


class Migration(migrations.Migration):
    dependencies = [("conversations", "0016_feedback")]

    operations = [
        migrations.RunSQL(RATED, migrations.RunSQL.noop),
        migrations.RunSQL(MARKED, migrations.RunSQL.noop),
    ]
