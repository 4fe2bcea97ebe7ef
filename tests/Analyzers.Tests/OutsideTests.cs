using Orchestration.Analyzers.Tests.Support;

namespace Orchestration.Analyzers.Tests;

/// <summary>ORCHA006, ORCHA007, ORCHA009 and ORCHA011: process, machine, I/O, hash codes.</summary>
public class OutsideTests
{
    [Theory]
    [InlineData("_ = {|ORCHA006:Environment.MachineName|};")]
    [InlineData("_ = {|ORCHA006:Environment.GetEnvironmentVariable|}(\"HOME\");")]
    [InlineData("_ = {|ORCHA006:System.Diagnostics.Process.GetCurrentProcess|}();")]
    [InlineData("_ = {|ORCHA006:OperatingSystem.IsWindows|}();")]
    [InlineData("_ = {|ORCHA006:Thread.CurrentThread|};")]
    [InlineData("_ = {|ORCHA006:System.Globalization.CultureInfo.CurrentCulture|};")]
    [InlineData("_ = {|ORCHA006:TimeZoneInfo.Local|};")]
    [InlineData("_ = Context.UtcNow.{|ORCHA006:ToLocalTime|}();")]
    [InlineData("_ = Context.UtcNow.{|ORCHA006:LocalDateTime|};")]
    [InlineData("_ = \"a\".{|ORCHA006:GetHashCode|}();")]
    [InlineData("_ = {|ORCHA006:HashCode.Combine|}(1, 2);")]
    [InlineData("IServiceProvider? services = null; _ = services?.{|ORCHA006:GetService|}(typeof(int));")]
    public Task Workflow_DependsOnItsProcess_Reports(string statement) => Check.ReportsAsync(Check.Workflow(statement));

    [Theory]
    [InlineData("_ = {|ORCHA007:File.ReadAllText|}(\"a\");")]
    [InlineData("_ = {|ORCHA007:Directory.GetFiles|}(\"a\");")]
    [InlineData("_ = {|ORCHA007:new FileInfo|}(\"a\").{|ORCHA007:Length|};")]
    [InlineData("using var file = {|ORCHA007:new FileStream|}(\"a\", FileMode.Open);")]
    [InlineData("using var reader = {|ORCHA007:new StreamReader|}(\"a\");")]
    [InlineData("using var http = {|ORCHA007:new System.Net.Http.HttpClient|}(); _ = await "
        + "http.{|ORCHA007:GetStringAsync|}(\"a\");")]
    [InlineData("using var socket = {|ORCHA007:new System.Net.Sockets.TcpClient|}();")]
    [InlineData("_ = {|ORCHA007:System.Net.Dns.GetHostName|}();")]
    [InlineData("System.Data.Common.DbConnection? db = null; db?.{|ORCHA007:Open|}();")]
    [InlineData("_ = {|ORCHA007:Console.ReadLine|}();")]
    [InlineData("{|ORCHA011:Console.WriteLine|}(\"hello\");")]
    public Task Workflow_DoesIO_Reports(string statement) => Check.ReportsAsync(Check.Workflow(statement));

    [Theory]
    [InlineData("_ = Environment.NewLine;")]
    [InlineData("_ = Path.Combine(\"a\", \"b\");")]
    [InlineData("using var stream = new MemoryStream(); using var reader = new StreamReader(stream);")]
    [InlineData("_ = new Uri(\"http://a\").Host;")]
    [InlineData("_ = System.Net.HttpStatusCode.OK;")]
    [InlineData("if (!Context.IsReplaying) Console.WriteLine(\"once\");")]
    [InlineData("try { } catch (System.Net.Http.HttpRequestException e) { _ = e.StatusCode; }")]
    [InlineData("_ = TimeZoneInfo.Utc;")]
    [InlineData("_ = 5.GetHashCode();")]
    public Task Workflow_StaysInside_ReportsNothing(string statement) => Check.ReportsAsync(Check.Workflow(statement));

    [Theory]
    [InlineData("foreach (var x in {|ORCHA009:_frozen|}) _ = x;")]
    [InlineData("foreach (var x in {|ORCHA009:_immutable.Keys|}) _ = x;")]
    [InlineData("_ = {|ORCHA009:_set|}.First();")]
    [InlineData("_ = {|ORCHA009:_concurrent|}.Select(p => p.Value).ToList();")]
    public Task Workflow_EnumeratesByHashCode_Reports(string statement) =>
        Check.ReportsAsync(Check.Workflow(statement, Collections));

    [Theory]
    [InlineData("foreach (var x in _dictionary) _ = x;")]
    [InlineData("foreach (var x in _numbers) _ = x;")]
    [InlineData("foreach (var x in _records) _ = x;")]
    [InlineData("foreach (var x in _immutable.Where(p => p.Value > 0).OrderBy(p => p.Key)) _ = x;")]
    [InlineData("_ = _set.Count() + (_set.Any() ? 1 : 0) + (_set.Contains(\"a\") ? 1 : 0);")]
    [InlineData("_ = _frozen[\"a\"];")]
    public Task Workflow_OrderIsKnown_ReportsNothing(string statement) =>
        Check.ReportsAsync(Check.Workflow(statement, Collections));

    private const string Collections = """
        private readonly System.Collections.Frozen.FrozenDictionary<string, int> _frozen =
            System.Collections.Frozen.FrozenDictionary<string, int>.Empty;
        private readonly System.Collections.Immutable.ImmutableDictionary<string, int> _immutable =
            System.Collections.Immutable.ImmutableDictionary<string, int>.Empty;
        private readonly System.Collections.Immutable.ImmutableHashSet<string> _set =
            System.Collections.Immutable.ImmutableHashSet<string>.Empty;
        private readonly System.Collections.Concurrent.ConcurrentDictionary<object, int> _concurrent = new();
        private readonly System.Collections.Concurrent.ConcurrentDictionary<int, int> _numbers = new();
        private readonly System.Collections.Immutable.ImmutableHashSet<Key> _records =
            System.Collections.Immutable.ImmutableHashSet<Key>.Empty;
        private readonly Dictionary<string, int> _dictionary = new();
        public readonly record struct Key(int Number, Guid Id);
        """;
}
