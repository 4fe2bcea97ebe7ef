using System.Diagnostics.CodeAnalysis;

namespace Orchestration.Grains.Kernel.Machines;

/// <summary>
/// A run's machines of one kind, by the number of the command that they came of. Most runs have none of most kinds, and one at a
/// time of the rest: so the first takes no memory beside the table, and a dictionary comes with the second. A mutable struct: it
/// is to be a field that is not read-only.
/// </summary>
internal struct MachineTable<T> where T : class
{
    private long _command;
    private T? _only;
    private Dictionary<long, T>? _all;

    public readonly int Count => _all?.Count ?? (_only is null ? 0 : 1);

    /// <summary>In no order.</summary>
    public readonly IReadOnlyCollection<T> Values => _all is { } all ? all.Values : _only is { } only ? [only] : [];

    public readonly T this[long command] => TryGetValue(command, out var machine)
        ? machine : throw new KeyNotFoundException($"There is no {typeof(T).Name} of command {command}.");

    public readonly bool TryGetValue(long command, [MaybeNullWhen(false)] out T machine)
    {
        if (_all is { } all) return all.TryGetValue(command, out machine);
        machine = _only is not null && _command == command ? _only : null;
        return machine is not null;
    }

    public readonly bool ContainsKey(long command) => TryGetValue(command, out _);

    public void Add(long command, T machine)
    {
        if (_all is null && _only is null)
        {
            (_command, _only) = (command, machine);
            return;
        }

        if (_all is null)
        {
            _all = new Dictionary<long, T> { [_command] = _only! };
            _only = null;
        }

        _all.Add(command, machine);
    }

    public void Remove(long command)
    {
        if (_all is { } all) all.Remove(command);
        else if (_command == command) _only = null;
    }

    public void Clear() => (_only, _all) = (null, null);

    /// <summary>The commands of those that are wanted, rising: the order in which code asked for them.</summary>
    public readonly List<long> Commands(Func<T, bool> wanted)
    {
        var commands = new List<long>();
        if (_only is { } only && wanted(only)) commands.Add(_command);
        if (_all is not { } all) return commands;
        foreach (var (command, machine) in all)
            if (wanted(machine)) commands.Add(command);
        commands.Sort();
        return commands;
    }
}
