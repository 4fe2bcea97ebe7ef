using Microsoft.CodeAnalysis;

namespace Orchestration.Analyzers.Bans;

/// <summary>Tasks and timers of others, and what blocks.</summary>
internal static partial class BanTable
{
    private const string PlainCode =
        "only one step of a run goes on at a time, so call the code as it is, or put it into an activity";
    private const string DurableTimer = "use Context.DelayAsync";
    private const string NoLocks = "only one step of a run goes on at a time: wait for a condition with Context.WhenAsync";

    private const string Tasks = "System.Threading.Tasks.Task System.Threading.Tasks.Task`1";

    private static void AddTasks(Dictionary<string, Dictionary<string, Ban>> table)
    {
        const string task = "System.Threading.Tasks.Task";
        Add(table, new(Rules.ForeignTask, PlainCode, Fixes.RunInline), task, "Run");
        Add(table, new(Rules.ForeignTask, DurableTimer, Fixes.Delay), task, "Delay");
        Add(table, new(Rules.ForeignTask, "race it against Context.DelayAsync", when: HasTimeout), Tasks, "WaitAsync");
        Add(table, new(Rules.ForeignTask, PlainCode),
            "System.Threading.Tasks.TaskFactory System.Threading.Tasks.TaskFactory`1", "StartNew", "FromAsync");
        Add(table, new(Rules.ForeignTask, "leave the scheduler out: the run has its own"), "System.Threading.Tasks.TaskScheduler",
            "Default");
        Add(table, new(Rules.ForeignTask, PlainCode),
            "System.Threading.Tasks.Parallel System.Threading.ThreadPool System.ComponentModel.BackgroundWorker");
        Add(table, new(Rules.ForeignTask, PlainCode), "System.Linq.ParallelEnumerable", "AsParallel");
        Add(table, new(Rules.ForeignTask, PlainCode), "System.Threading.Thread", New, "Start", "UnsafeStart");
        Add(table, new(Rules.ForeignTask, DurableTimer),
            "System.Threading.Timer System.Timers.Timer System.Threading.PeriodicTimer", New);
        Add(table, new(Rules.ForeignTask, DurableTimer), "System.TimeProvider", "CreateTimer");
        Add(table, new(Rules.ForeignTask, "cancel after Context.DelayAsync", when: TakesSomething),
            "System.Threading.CancellationTokenSource", New);
        Add(table, new(Rules.ForeignTask, "cancel after Context.DelayAsync"), "System.Threading.CancellationTokenSource",
            "CancelAfter");
        Add(table, new(Rules.ForeignTask, "use Cancel(), which runs what observes the token at once"),
            "System.Threading.CancellationTokenSource", "CancelAsync");
    }

    private static void AddBlocking(Dictionary<string, Dictionary<string, Ban>> table)
    {
        const string awaiter = "System.Runtime.CompilerServices.TaskAwaiter System.Runtime.CompilerServices.TaskAwaiter`1 "
            + "System.Runtime.CompilerServices.ValueTaskAwaiter System.Runtime.CompilerServices.ValueTaskAwaiter`1";
        var await = new Ban(Rules.Blocking, "await the task", Fixes.Await);
        Add(table, await, "System.Threading.Tasks.Task", "Wait");
        Add(table, await, "System.Threading.Tasks.Task`1 System.Threading.Tasks.ValueTask`1", "Result");
        Add(table, await, awaiter, "GetResult");
        Add(table, new(Rules.Blocking, "await Task.WhenAll"), "System.Threading.Tasks.Task", "WaitAll");
        Add(table, new(Rules.Blocking, "await Task.WhenAny"), "System.Threading.Tasks.Task", "WaitAny");
        Add(table, new(Rules.Blocking, DurableTimer, Fixes.Sleep), "System.Threading.Thread", "Sleep");
        Add(table, new(Rules.Blocking, NoLocks), "System.Threading.Thread", "Join", "SpinWait", "Yield");
        Add(table, new(Rules.Blocking, NoLocks), "System.Threading.Monitor");
        Add(table, new(Rules.Blocking, NoLocks), "System.Threading.Lock", "Enter", "EnterScope", "TryEnter");
        Add(table, new(Rules.Blocking, NoLocks), "System.Threading.SemaphoreSlim System.Threading.ManualResetEventSlim "
            + "System.Threading.CountdownEvent", "Wait", "WaitAsync");
        Add(table, new(Rules.Blocking, NoLocks), "System.Threading.WaitHandle", "WaitOne", "WaitAll", "WaitAny", "SignalAndWait");
        Add(table, new(Rules.Blocking, NoLocks), "System.Threading.ReaderWriterLockSlim System.Threading.ReaderWriterLock "
            + "System.Threading.Barrier System.Threading.SpinLock System.Threading.SpinWait");
        Add(table, new(Rules.Blocking, NoLocks), "System.Collections.Concurrent.BlockingCollection`1");
    }

    private static bool HasTimeout(IMethodSymbol method) => Takes(method, "TimeSpan") || Takes(method, "TimeProvider");
}
