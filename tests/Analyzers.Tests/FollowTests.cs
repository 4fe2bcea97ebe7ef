using Orchestration.Analyzers.Tests.Support;

namespace Orchestration.Analyzers.Tests;

/// <summary>What workflow code reaches through the code that it calls.</summary>
public class FollowTests
{
    [Fact]
    public async Task Call_ThreeLevelsAcrossFiles_ReportsAtTheWorkflowsCallWithTheWay()
    {
        var reported = await Check.ReportsAsync(
            Check.Workflow("_ = {|ORCHA001:Pricing.Total|}(5);"),
            "public static class Pricing { public static decimal Total(int n) => Discounts.Of(n) * n; }",
            """
            public static class Discounts
            {
                public static decimal Of(int n) => new Season().IsSummer ? 1 : n;
            }
            """,
            "public sealed class Season { public bool IsSummer => DateTime.UtcNow.Month is > 5 and < 9; }");
        var diagnostic = Assert.Single(reported);
        Assert.Equal(
            "'DateTime.UtcNow', called by way of Pricing.Total > Discounts.Of > Season.IsSummer (F3.cs:1), reads the machine's "
            + "clock, which tells another time on replay; use Context.UtcNow",
            diagnostic.GetMessage(null));
        Assert.Equal("F3.cs", Assert.Single(diagnostic.AdditionalLocations).SourceTree?.FilePath);
    }

    [Theory]
    [InlineData("_ = {|ORCHA001:Helper.Method|}();", "public static DateTime Method() => DateTime.UtcNow;")]
    [InlineData("_ = {|ORCHA001:Helper.Property|};", "public static DateTime Property => DateTime.UtcNow;")]
    [InlineData("{|ORCHA001:Helper.Setter|} = 1;", "public static int Setter { set { _ = DateTime.UtcNow; } }")]
    [InlineData("_ = {|ORCHA001:new Helper|}();", "public Helper() => _ = DateTime.UtcNow;")]
    [InlineData("_ = {|ORCHA001:new Helper|}();", "private readonly DateTime _field = DateTime.UtcNow; public DateTime Get() "
        + "=> _field;")]
    [InlineData("Func<DateTime> f = {|ORCHA001:Helper.Method|}; f();", "public static DateTime Method() => DateTime.UtcNow;")]
    [InlineData("_ = {|ORCHA001:new Helper() + new Helper()|};",
        "public static int operator +(Helper a, Helper b) => DateTime.UtcNow.Day;")]
    [InlineData("int n = {|ORCHA001:new Helper()|}; _ = n;", "public static implicit operator int(Helper a) => "
        + "DateTime.UtcNow.Day;")]
    [InlineData("await {|ORCHA001:Helper.Async|}();",
        "public static async Task Async() { await Task.Yield(); _ = new[] { 1 }.Select(_ => DateTime.UtcNow).ToList(); }")]
    [InlineData("_ = {|ORCHA001:Helper.Outer|}();", "public static DateTime Outer() { return Local(); DateTime Local() => "
        + "DateTime.UtcNow; }")]
    [InlineData("foreach (var x in {|ORCHA001:Helper.Iterate|}()) _ = x;",
        "public static IEnumerable<DateTime> Iterate() { yield return DateTime.UtcNow; }")]
    [InlineData("foreach (var x in {|ORCHA001:new Helper()|}) _ = x;",
        "public IEnumerator<int> GetEnumerator() { yield return DateTime.UtcNow.Day; }")]
    [InlineData("using ({|ORCHA001:new Helper()|}) { }", "public void Dispose() => _ = DateTime.UtcNow;", "IDisposable")]
    [InlineData("using var {|ORCHA001:helper = new Helper()|};", "public void Dispose() => _ = "
        + "DateTime.UtcNow;", "IDisposable", false)]
    [InlineData("_ = {|ORCHA001:Helper.Generic|}(5);", "public static T Generic<T>(T x) { _ = DateTime.UtcNow; return x; }")]
    [InlineData("_ = 5.{|ORCHA001:Extension|}();", "", "", true,
        "public static class Extensions { public static int Extension(this int n) => n + DateTime.UtcNow.Day; }")]
    public Task Call_OfAnyKind_IsFollowed(
        string statement, string member, string implements = "object", bool marked = true, string more = "")
    {
        var source = $"public class Helper {(implements is "IDisposable" ? ": IDisposable" : "")} {{ {member} }} {more}";
        if (!marked) statement = "{|ORCHA001:using var helper = new Helper();|}";
        return Check.ReportsAsync(Check.Workflow(statement), source);
    }

    [Fact]
    public Task Call_RecursiveAndMutual_Ends() => Check.ReportsAsync(
        Check.Workflow("_ = {|ORCHA002:Tree.Walk|}(5); _ = Tree.Pure(5);"),
        """
        public static class Tree
        {
            public static int Walk(int n) => n == 0 ? Leaf(n) : Walk(n - 1);
            private static int Leaf(int n) => n > 9 ? Walk(n) : Guid.NewGuid().Version;
            public static int Pure(int n) => n == 0 ? 0 : Even(n - 1);
            private static int Even(int n) => Pure(n);
        }
        """);

    [Fact]
    public Task Workflow_Partial_ReportsInEachFileAtItsOwnPlace() => Check.ReportsAsync(
        """
        public sealed partial class Split : Workflow<int, int>
        {
            public override async Task<int> RunAsync(int input)
            {
                await Context.DelayAsync(TimeSpan.Zero);
                return Helper() + Static() + Nested.Deep();
            }
        }
        """,
        """
        public sealed partial class Split
        {
            private int Helper() => {|ORCHA001:DateTime.UtcNow|}.Day;
            private static int Static() => {|ORCHA001:DateTime.Now|}.Day;
            private static int NeverCalledByTheWorkflow() => DateTime.UtcNow.Day;
            private static class Nested { public static int Deep() => {|ORCHA001:DateTime.Today|}.Day; }
        }
        """);

    [Fact]
    public Task Call_OneReportForEachApiAtEachCall() => Check.ReportsAsync(
        Check.Workflow("""
            _ = {|ORCHA001:{|ORCHA001:{|ORCHA002:Helper.All|}|}|}();
            _ = {|ORCHA001:{|ORCHA001:{|ORCHA002:Helper.All|}|}|}();
            """),
        """
        public static class Helper
        {
            public static int All() => DateTime.UtcNow.Day + DateTime.UtcNow.Day + DateTime.Now.Day + Random.Shared.Next();
        }
        """);

    [Fact]
    public Task Call_VirtualWithOneImplementation_IsFollowed() => Check.ReportsAsync(
        Check.Workflow("""
            IClock clock = new SystemClock();
            _ = {|ORCHA001:clock.Now|};
            Shape shape = new Square();
            _ = shape.{|ORCHA001:Area|}();
            """.Replace("{|ORCHA001:clock.Now|}", "clock.{|ORCHA001:Now|}", StringComparison.Ordinal)),
        """
        public interface IClock { DateTime Now { get; } }
        public sealed class SystemClock : IClock { public DateTime Now => DateTime.UtcNow; }
        public abstract class Shape { public abstract double Area(); }
        public sealed class Square : Shape { public override double Area() => DateTime.UtcNow.Day; }
        """);

    [Fact]
    public Task Call_VirtualWithSeveralImplementations_IsFollowedOnlyWhereTheTypeIsKnown() => Check.ReportsAsync(
        Check.Workflow("""
            IClock clock = new FixedClock();
            _ = clock.Now;
            var system = new SystemClock();
            _ = system.{|ORCHA001:Now|};
            """),
        """
        public interface IClock { DateTime Now { get; } }
        public sealed class SystemClock : IClock { public DateTime Now => DateTime.UtcNow; }
        public sealed class FixedClock : IClock { public DateTime Now => DateTime.UnixEpoch; }
        """);

    [Fact]
    public Task Call_ThroughAnActivity_IsNotFollowed() => Check.ReportsAsync(
        Check.Workflow("""
            var stock = Context.Activities<IStock>(new() { StartToCloseTimeout = TimeSpan.FromSeconds(1) });
            await stock.ReserveAsync("a");
            await new Steps(stock).AllAsync();
            """),
        """
        public interface IStock { Task<int> ReserveAsync(string item); }
        public sealed class StockActivities : IStock
        {
            private static int _calls;
            public Task<int> ReserveAsync(string item) => Task.Run(() => DateTime.UtcNow.Day + _calls++);
        }
        public sealed class Steps(IStock stock)
        {
            public async Task AllAsync() => await stock.ReserveAsync("b");
        }
        """);

    [Fact]
    public Task Call_OfABaseClass_ReportsInTheBaseClassOnly() => Check.ReportsAsync(
        """
        public abstract class Base : Workflow<int, int>
        {
            protected int Day() => {|ORCHA001:DateTime.UtcNow|}.Day;
            protected static int StaticDay() => DateTime.UtcNow.Day;
        }
        """,
        """
        public sealed class Derived : Base
        {
            public override async Task<int> RunAsync(int input)
            {
                await Context.DelayAsync(TimeSpan.Zero);
                return Day() + {|ORCHA001:StaticDay|}();
            }
        }
        """);

    [Fact]
    public Task Call_OfABaseConstructor_IsFollowed() => Check.ReportsAsync(
        Check.Workflow("_ = {|ORCHA001:new Derived|}(); _ = {|ORCHA001:new Implicit|}(); _ = {|ORCHA001:new Primary|}(1);"),
        """
        public class Base { protected Base(int n) => _ = DateTime.UtcNow.Day + n; protected Base() : this(1) { } }
        public sealed class Derived : Base { public Derived() : base(1) { } }
        public sealed class Implicit : Base;
        public sealed class Primary(int n) : Base(n);
        """);

    [Fact]
    public async Task Call_OfWhatIsGenerated_IsNotFollowed() => Assert.Empty(await Check.DiagnosticsAsync(
    [
        ("Workflow.cs", Check.Workflow("_ = Made.Now();")),
        ("Made.g.cs", "#nullable enable\npublic static class Made { public static int Now() => DateTime.Now.Day; }"),
    ]));

    [Fact]
    public Task Call_OfOneLevel_IsFollowed() => Check.ReportsAsync(
        Check.Workflow("_ = {|ORCHA001:Made.Now|}() + {|ORCHA001:Told.Now|}();"),
        "public static class Told { public static int Now() => Made.Now(); }",
        """
        #nullable enable
        public static class Made { public static int Now() => DateTime.Now.Day; }
        """);
}
