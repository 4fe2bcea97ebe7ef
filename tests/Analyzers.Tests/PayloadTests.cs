using Orchestration.Analyzers.Tests.Support;

namespace Orchestration.Analyzers.Tests;

/// <summary>ORCHA104 and ORCHA105: interfaces of activities, and what JSON cannot carry.</summary>
public class PayloadTests
{
    private const string Options = "new() { StartToCloseTimeout = TimeSpan.FromSeconds(1) }";

    [Theory]
    [InlineData("int Count { get; }", "'Count' is no method")]
    [InlineData("event Action Happened;", "'Happened' is no method")]
    [InlineData("void Do();", "does not return Task")]
    [InlineData("ValueTask DoAsync();", "does not return Task")]
    [InlineData("Task DoAsync<T>(T item);", "generic")]
    [InlineData("Task DoAsync(out int item);", "cannot be stored")]
    [InlineData("Task DoAsync(Span<int> item);", "cannot be stored")]
    [InlineData("Task DoAsync(int item); Task DoAsync(string item);", "both are the activity 'Tested.Do'")]
    [InlineData("Task Do(); Task DoAsync();", "both are the activity 'Tested.Do'")]
    public async Task Interface_CannotDeclareActivities_Reports(string members, string why)
    {
        var reported = await Check.ReportsAsync(
            Check.Workflow($"_ = Context.Activities<{{|ORCHA104:ITested|}}>({Options});"),
            $"public interface ITested {{ {members} }}");
        Assert.Contains(why, Assert.Single(reported).GetMessage(null), StringComparison.Ordinal);
    }

    [Fact]
    public Task Interface_IsAClass_Reports() => Check.ReportsAsync(
        Check.Workflow($"_ = Context.Activities<{{|ORCHA104:Tested2|}}>({Options});"), "public class Tested2;");

    [Theory]
    [InlineData("Task DoAsync(int item, CancellationToken cancellationToken);")]
    [InlineData("Task<string> DoAsync(Order order); Task OtherAsync();")]
    [InlineData("[Activity(\"a\")] Task DoAsync(int item); [Activity(\"b\")] Task DoAsync(string item);")]
    [InlineData("Task DoAsync(IReadOnlyList<Order> orders, Dictionary<string, Order> byName, byte[] bytes, int? n, Uri uri, "
        + "object any);")]
    [InlineData("Task<Status> DoAsync(Shape shape, Converted converted, Payload payload, System.Text.Json.JsonElement json, "
        + "Node node);")]
    [InlineData("static int Helper() => 1; Task DoAsync();")]
    public Task Interface_Fitting_ReportsNothing(string members) => Check.ReportsAsync(
        Check.Workflow($"_ = Context.Activities<ITested>({Options});"), $"public interface ITested {{ {members} }}", Types);

    [Theory]
    [InlineData("Action", "is a delegate")]
    [InlineData("Func<int>", "is a delegate")]
    [InlineData("Stream", "is a stream")]
    [InlineData("MemoryStream", "is a stream")]
    [InlineData("Task<int>", "is a task")]
    [InlineData("IAsyncEnumerable<int>", "is a stream")]
    [InlineData("IDisposable", "is an interface")]
    [InlineData("Abstract", "is abstract")]
    [InlineData("Hidden", "no public constructor")]
    [InlineData("Unbound", "the parameter 'other'")]
    [InlineData("Several", "several public constructors")]
    [InlineData("Fields", "has fields such as 'X'")]
    [InlineData("(int, string)", "is a tuple")]
    [InlineData("List<(int A, int B)>", "is a tuple")]
    [InlineData("int[,]", "several dimensions")]
    [InlineData("Type", "names code")]
    [InlineData("InvalidOperationException", "is an exception")]
    [InlineData("IServiceProvider", "running process")]
    [InlineData("Holder", "Holder.Inner: Deep.Callback: Action is a delegate")]
    [InlineData("IntPtr", "is an address")]
    [InlineData("WorkflowContext", "belongs to a running workflow")]
    public async Task Argument_CannotBeCarried_Reports(string type, string why)
    {
        var reported = await Check.ReportsAsync(
            Check.Workflow($"_ = Context.Activities<{{|ORCHA105:{{|ORCHA105:ITested|}}|}}>({Options});"),
            $"public interface ITested {{ Task<{type}> DoAsync({type} value); }}",
            Types);
        Assert.All(reported, d => Assert.Contains(why, d.GetMessage(null), StringComparison.Ordinal));
        Assert.Contains("'value' of 'ITested.DoAsync'", reported[0].GetMessage(null), StringComparison.Ordinal);
    }

    [Fact]
    public Task Data_OfWorkflowsHandlersAndNamedActivities_Reports() => Check.ReportsAsync(
        """
        public sealed class {|ORCHA105:{|ORCHA105:Tested|}|} : Workflow<Stream, Action>
        {
            [Signal] public void Take(Stream {|ORCHA105:stream|}) { }
            [Query] public Action {|ORCHA105:Give|}() => throw new NotSupportedException();
            [Update] public Task<Stream> {|ORCHA105:ChangeAsync|}(Func<int> {|ORCHA105:how|}) =>
                throw new NotSupportedException();
            public override async Task<Action> RunAsync(Stream input)
            {
                await Context.ExecuteActivityAsync<{|ORCHA105:Stream|}>("a", [], new() { StartToCloseTimeout =
                    TimeSpan.FromSeconds(1) });
                throw new NotSupportedException();
            }
        }
        """);

    private const string Types = """
        public sealed record Order(int Id, decimal Total, IReadOnlyList<Line> Lines) { public string? Note { get; init; } }
        public readonly record struct Line(string Product, int Quantity);
        public enum Status { Open, Closed }
        public sealed class Node { public Node? Next { get; set; } public List<Node> All { get; set; } = []; }
        [System.Text.Json.Serialization.JsonDerivedType(typeof(Circle), "circle")]
        public abstract class Shape;
        public sealed class Circle : Shape { public double Radius { get; set; } }
        [System.Text.Json.Serialization.JsonConverter(typeof(System.Text.Json.Serialization.JsonStringEnumConverter))]
        public sealed class Converted { private Converted() { } }
        public abstract class Abstract { public int N { get; set; } }
        public sealed class Hidden { private Hidden() { } public int N { get; set; } }
        public sealed class Unbound(int n, int other) { public int N { get; } = n + other; }
        public sealed class Several { public Several(int n) => N = n; public Several(string n) =>
            N = n.Length; public int N { get; } }
        public struct Fields { public int X; public int Y; }
        public sealed class Holder { public Deep? Inner { get; set; } }
        public sealed class Deep
        {
            public Action? Callback { get; set; }
            [System.Text.Json.Serialization.JsonIgnore] public Stream? Ignored { get; set; }
        }
        """;
}
