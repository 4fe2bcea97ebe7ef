namespace Orchestration.Grains.Kernel.Execution;

/// <summary>
/// What workflow code waits to become true. Looked at, in order of their waits, whenever the code comes to rest.
/// </summary>
internal sealed class Conditions
{
    private const int MostTold = 20;
    private const int LongestText = 300;
    private const string Lambda = "() =>";

    private readonly List<Condition> _waiting = [];
    private int _next;
    private int _dead;
    private bool _released;

    /// <summary>Whether a condition is being looked at: it may only read.</summary>
    public bool IsLooking { get; private set; }

    /// <summary>Whether any is waited for.</summary>
    public bool Any => _waiting.Count > _dead;

    /// <summary>Looks at a condition.</summary>
    public bool Look(Func<bool> condition)
    {
        IsLooking = true;
        try
        {
            return condition();
        }
        finally
        {
            IsLooking = false;
        }
    }

    /// <summary>Whether a condition holds that somebody waits for: when code is at rest, none does.</summary>
    public bool AnyHolds()
    {
        foreach (var condition in _waiting)
            if (!condition.IsEnded && HoldsSafely(condition)) return true;
        return false;
    }

    /// <summary>The conditions that are waited for, as the code has them; no more than people would read.</summary>
    public IReadOnlyList<string> Texts => [.. _waiting.Where(static c => !c.IsEnded && !string.IsNullOrWhiteSpace(c.Text))
        .Take(MostTold).Select(static c => Shown(c.Text!))];

    public Condition Add(Func<bool> condition, bool followsRun, string? text)
    {
        var added = new Condition(condition, followsRun, text);
        _waiting.Add(added);
        return added;
    }

    /// <summary>
    /// Ends the next wait whose condition holds, so that its code can run before the next one is looked at; goes around until a
    /// whole round finds none.
    /// </summary>
    public bool ReleaseNext()
    {
        while (true)
        {
            while (_next < _waiting.Count)
            {
                var condition = _waiting[_next++];
                if (condition.IsEnded || !TryRelease(condition)) continue;
                return _released = true;
            }

            _next = 0;
            if (_dead > 0) _waiting.RemoveAll(static c => c.IsEnded);
            _dead = 0;
            if (!_released) return false;
            _released = false;
        }
    }

    /// <summary>Ends one wait as cancelled.</summary>
    public void Cancel(Condition condition, Exception failure)
    {
        if (condition.IsEnded) return;
        _dead++;
        condition.Fail(failure);
    }

    /// <summary>Ends the waits that follow the run's own cancellation.</summary>
    public void CancelFollowers(Func<Exception> failure)
    {
        for (var i = 0; i < _waiting.Count; i++)
            if (_waiting[i].FollowsRun) Cancel(_waiting[i], failure());
    }

    public void Clear()
    {
        _waiting.Clear();
        _next = _dead = 0;
        _released = false;
    }

    private static string Shown(string text)
    {
        var shown = text.StartsWith(Lambda, StringComparison.Ordinal) ? text[Lambda.Length..].Trim() : text.Trim();
        return shown.Length <= LongestText ? shown : shown[..LongestText] + "…";
    }

    private bool HoldsSafely(Condition condition)
    {
        try
        {
            return Look(condition.Holds);
        }
        catch (Exception)
        {
            return true; // it did not throw when it was looked at before
        }
    }

    private bool TryRelease(Condition condition)
    {
        try
        {
            if (!Look(condition.Holds)) return false;
            _dead++;
            condition.Complete();
        }
        catch (Exception e)
        {
            // The condition is workflow code: what it throws belongs to the code that waits for it.
            _dead++;
            condition.Fail(e);
        }

        return true;
    }

    /// <summary>One wait.</summary>
    internal sealed class Condition(Func<bool> holds, bool followsRun, string? text)
    {
        private readonly TaskCompletionSource _source = new();

        public Func<bool> Holds { get; } = holds;

        public bool FollowsRun { get; } = followsRun;

        public string? Text { get; } = text;

        public bool IsEnded { get; private set; }

        public CancellationTokenRegistration Registration { get; set; }

        public Task Task => _source.Task;

        public void Complete()
        {
            IsEnded = true;
            Registration.Unregister();
            _source.SetResult();
        }

        public void Fail(Exception failure)
        {
            IsEnded = true;
            Registration.Unregister();
            _source.SetException(failure);
        }
    }
}
