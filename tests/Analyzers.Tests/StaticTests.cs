using Orchestration.Analyzers.Tests.Support;

namespace Orchestration.Analyzers.Tests;

/// <summary>ORCHA008: static state.</summary>
public class StaticTests
{
    [Theory]
    [InlineData("_ = {|ORCHA008:State.Field|};")]
    [InlineData("{|ORCHA008:State.Field|} = 1;")]
    [InlineData("{|ORCHA008:State.Field|}++;")]
    [InlineData("Interlocked.Increment(ref {|ORCHA008:State.Field|});")]
    [InlineData("_ = {|ORCHA008:State.Auto|};")]
    [InlineData("{|ORCHA008:State.Auto|} = 1;")]
    [InlineData("{|ORCHA008:State.List|}.Add(1);")]
    [InlineData("{|ORCHA008:State.Cache|}.GetOrAdd(1, 1);")]
    [InlineData("{|ORCHA008:State.Property|}.Clear();")]
    [InlineData("_ = {|ORCHA002:State.Id|};")]
    [InlineData("_ = {|ORCHA006:State.Host|};")]
    public Task Workflow_UsesStaticState_Reports(string statement) => Check.ReportsAsync(Check.Workflow(statement), State);

    [Theory]
    [InlineData("_ = State.Constant;")]
    [InlineData("_ = State.Options;")]
    [InlineData("_ = State.List.Count;")]
    [InlineData("_ = State.Property.Contains(1);")]
    [InlineData("_ = State.Allowed;")]
    [InlineData("_ = string.Empty;")]
    [InlineData("_ = DayOfWeek.Monday;")]
    public Task Workflow_ReadsConstants_ReportsNothing(string statement) => Check.ReportsAsync(Check.Workflow(statement), State);

    private const string State = """
        public static class State
        {
            public const int Constant = 1;
            public static int Field;
            public static int Auto { get; set; }
            public static readonly List<int> List = [1];
            public static readonly System.Collections.Concurrent.ConcurrentDictionary<int, int> Cache = new();
            public static HashSet<int> Property { get; } = [];
            public static readonly Guid Id = Guid.NewGuid();
            public static readonly string Host;
            public static readonly ActivityOptions Options = new() { StartToCloseTimeout = TimeSpan.FromSeconds(1) };
            [AllowNondeterminism("Set once by tests, before anything runs.")]
            public static int Allowed;
            static State() => Host = Environment.MachineName;
        }
        """;
}
