namespace Orchestration.Simulation.Checking;

/// <summary>
/// The sequential model of a ledger: a list. Its result is the one order of all that it took, so what clients saw is explained by
/// one order that is consistent with real time, or not.
/// </summary>
internal static class LedgerModel
{
    /// <summary>How old what a plain query tells may be: memory is held against the store where it is older than 5 s.</summary>
    private static readonly TimeSpan Stale = TimeSpan.FromSeconds(6);

    public static void Check(string ledger, string[] result, int? finished, IReadOnlyCollection<LedgerOp> ops, Findings findings)
    {
        var adds = ops.Where(static o => o.Entry is not null).ToDictionary(static o => o.Entry!, StringComparer.Ordinal);
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < result.Length; i++)
        {
            findings.Require(places.TryAdd(result[i], i), $"{ledger} has {result[i]} twice: {string.Join(' ', result)}");
            findings.Require(adds.ContainsKey(result[i]), $"{ledger} has {result[i]}, which nobody sent");
        }

        findings.Require(finished is null || finished == result.Length,
            $"{ledger} said that it ended with {finished} entries, and has {result.Length}");
        foreach (var op in adds.Values) CheckAdd(ledger, op, places, findings);
        CheckOrder(ledger, result, adds, findings);
        foreach (var op in ops)
            if (op.Read is { } read) CheckRead(ledger, op, read, result, adds, findings);
    }

    private static void CheckAdd(string ledger, LedgerOp op, Dictionary<string, int> places, Findings findings)
    {
        var isThere = places.TryGetValue(op.Entry!, out var place);
        findings.Require(!op.IsAcknowledged || isThere, $"{ledger} lost {op.Entry}, which was acknowledged");
        findings.Require(!op.IsRefused || !isThere, $"{ledger} refused {op.Entry}, and has it");
        findings.Require(op.Place is null || op.Place == place + 1,
            $"{ledger} gave {op.Entry} place {op.Place}, and it stands at {place + 1}");
    }

    /// <summary>What was answered before another was sent stands before it.</summary>
    private static void CheckOrder(string ledger, string[] result, Dictionary<string, LedgerOp> adds, Findings findings)
    {
        var (latest, of) = (long.MinValue, "");
        foreach (var entry in result)
        {
            if (!adds.TryGetValue(entry, out var op)) continue;
            findings.Require(op.Answered is not { } answered || answered >= latest,
                $"{ledger} has {of} before {entry}, which was answered before that was sent");
            if (op.Invoked > latest) (latest, of) = (op.Invoked, entry);
        }
    }

    private static void CheckRead(string ledger, LedgerOp op, string[] read, string[] result, Dictionary<string, LedgerOp> adds,
        Findings findings)
    {
        if (!result.AsSpan().StartsWith(read))
        {
            findings.Add($"{ledger} showed {string.Join(' ', read)}, which it never was: {string.Join(' ', result)}");
            return;
        }

        foreach (var entry in read)
            findings.Require(!adds.TryGetValue(entry, out var add) || add.Invoked <= op.Answered,
                $"{ledger} showed {entry} before it was sent");
        var known = op.Invoked - (op.IsConsistent ? 0 : Stale.Ticks);
        foreach (var entry in result.Skip(read.Length))
            findings.Require(!adds.TryGetValue(entry, out var add) || add.Answered is not { } answered || answered >= known,
                $"{ledger} did not show {entry}, acknowledged {TimeSpan.FromTicks(op.Invoked - (adds[entry].Answered ?? 0))} "
                + $"before, to a {(op.IsConsistent ? "consistent" : "plain")} query");
    }
}
