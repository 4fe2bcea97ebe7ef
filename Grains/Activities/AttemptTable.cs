using System.Diagnostics.CodeAnalysis;

namespace Orchestration.Grains.Activities;

/// <summary>
/// The attempts of one run by (command, attempt). Most runs have one at a time, which costs no table. Not thread-safe.
/// </summary>
internal struct AttemptTable
{
    private ActivityAttempt? _only;
    private Dictionary<(long Command, int Attempt), ActivityAttempt>? _many;

    public readonly int Count => _many?.Count ?? (_only is null ? 0 : 1);

    public void Add(ActivityAttempt attempt)
    {
        if (_many is null && _only is null)
        {
            _only = attempt;
            return;
        }

        if (_many is null)
        {
            _many = new() { [KeyOf(_only!)] = _only! };
            _only = null;
        }

        _many.Add(KeyOf(attempt), attempt);
    }

    public readonly bool TryGet(long command, int attempt, [NotNullWhen(true)] out ActivityAttempt? found)
    {
        if (_many is not null) return _many.TryGetValue((command, attempt), out found);
        found = _only is not null && KeyOf(_only) == (command, attempt) ? _only : null;
        return found is not null;
    }

    public bool Remove(long command, int attempt)
    {
        if (_many is not null) return _many.Remove((command, attempt));
        if (_only is null || KeyOf(_only) != (command, attempt)) return false;
        _only = null;
        return true;
    }

    private static (long Command, int Attempt) KeyOf(ActivityAttempt attempt) =>
        (attempt.Task.Id.Command, attempt.Task.Id.Attempt);
}
