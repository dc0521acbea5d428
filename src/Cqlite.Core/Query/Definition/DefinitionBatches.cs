namespace Cqlite.Core.Query.Definition;

/// <summary>Cuts definitions into batches of which each is one change of the schema.</summary>
internal static class DefinitionBatches
{
    /// <summary>What their text may be long together: as rows they are a few times as long, and half a segment of the commit log takes them.</summary>
    private const int MostChars = 512 << 10;

    /// <summary>Cuts them, in their order.</summary>
    /// <param name="definitions">The definitions, with whatever belongs to them.</param>
    /// <param name="textOf">Their text.</param>
    public static IEnumerable<IReadOnlyList<T>> Cut<T>(IEnumerable<T> definitions, Func<T, string> textOf)
    {
        List<T> batch = [];
        int chars = 0;
        foreach (T definition in definitions)
        {
            int length = textOf(definition).Length;
            if (batch.Count > 0 && chars + length > MostChars)
            {
                yield return batch;
                batch = [];
                chars = 0;
            }

            batch.Add(definition);
            chars += length;
        }

        if (batch.Count > 0)
            yield return batch;
    }
}
