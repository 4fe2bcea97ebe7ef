using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Orchestration.Silo.Dashboard;
using Orchestration.Silo.Tests.Api;

namespace Orchestration.Silo.Tests.Dashboard;

/// <summary>What can be held of the dashboard without a browser; tests/Dashboard.Tests opens it in one.</summary>
public sealed partial class DashboardTests(ApiSilo silo) : IClassFixture<ApiSilo>
{
    private const int LongestFile = 300;
    private const int LongestLine = 130;

    private static readonly string[] Script =
        ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function", "DOMParser", "srcdoc"];

    [Fact]
    public async Task Root_Asked_LeadsToThePage()
    {
        using var answer = await silo.Http.GetAsync("/");
        Assert.Equal("/dashboard/", answer.RequestMessage!.RequestUri!.AbsolutePath);
        Assert.Equal("text/html", answer.Content.Headers.ContentType!.MediaType);
        using var bare = await silo.Http.GetAsync("/dashboard");
        Assert.Equal("/dashboard/", bare.RequestMessage!.RequestUri!.AbsolutePath);
    }

    [Fact]
    public async Task Files_Each_AreServedUnderAPolicyThatLetsNothingElseRun()
    {
        Assert.NotEmpty(DashboardAssets.All);
        foreach (var name in DashboardAssets.All.Keys)
        {
            using var answer = await silo.Http.GetAsync(Address(name));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
            var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
            Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
            foreach (var part in (string[])["default-src 'none'", "script-src 'self'", "require-trusted-types-for 'script'",
                "trusted-types 'none'", "base-uri 'none'", "frame-ancestors 'none'"])
                Assert.Contains(part, policy.Split("; "));
            Assert.Contains(name == DashboardAssets.Page ? "no-cache" : "immutable", answer.Headers.CacheControl!.ToString(),
                StringComparison.Ordinal);
            using var again = new HttpRequestMessage(HttpMethod.Get, Address(name));
            again.Headers.IfNoneMatch.Add(new EntityTagHeaderValue(answer.Headers.ETag!.Tag));
            Assert.Equal(304, (await silo.SendAsync(again)).Status);
        }
    }

    [Fact]
    public async Task File_NotThere_IsAProblemWithoutALeak()
    {
        (await silo.GetAsync($"/dashboard/{DashboardAssets.Version}/js/none.js")).AssertProblem(404, "no-such-address");
        (await silo.GetAsync("/dashboard/..%2f..%2fProgram.cs")).AssertProblem(404, "no-such-address");
    }

    [Fact]
    public async Task File_OfAnotherVersion_IsThereAndNotKept()
    {
        using var answer = await silo.Http.GetAsync("/dashboard/0123456789abcdef/js/app.js");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("no-cache", answer.Headers.CacheControl!.ToString());
    }

    [Fact]
    public void Files_AllTogether_LeadToEachOtherAndNowhereElse()
    {
        var reached = new HashSet<string>(StringComparer.Ordinal) { DashboardAssets.Page };
        var next = new Queue<string>(reached);
        while (next.TryDequeue(out var name))
        {
            foreach (Match match in Link().Matches(Text(name)))
            {
                var address = match.Groups["html"].Success ? match.Groups["html"].Value : match.Groups["js"].Value;
                if (address.StartsWith('#')) continue;
                var served = new Uri(new Uri("http://silo" + Address(name)), address).AbsolutePath;
                var path = served.Replace($"/dashboard/{DashboardAssets.Version}/", "", StringComparison.Ordinal);
                Assert.True(DashboardAssets.All.ContainsKey(path), $"{name} leads to {address}, which is not there");
                if (reached.Add(path)) next.Enqueue(path);
            }
        }

        Assert.Equal(DashboardAssets.All.Keys.Order(), reached.Order());
    }

    [Fact]
    public void Files_Each_AreSmallAndNameNoOtherPlaceAndMakeNoMarkupOfTexts()
    {
        foreach (var name in DashboardAssets.All.Keys)
        {
            var text = Text(name);
            var lines = text.Split('\n');
            Assert.True(lines.Length <= LongestFile, $"{name}: {lines.Length} lines");
            Assert.All(lines, line => Assert.True(line.Length <= LongestLine, $"{name}: {line.Length} columns: {line}"));
            Assert.DoesNotContain("//", Elsewhere().Replace(text, ""), StringComparison.Ordinal);
            foreach (var word in Script) Assert.DoesNotContain(word, text, StringComparison.Ordinal);
        }

        var page = Text(DashboardAssets.Page);
        Assert.DoesNotMatch(@"<script(?![^>]*\bsrc=)", page);
        Assert.DoesNotMatch(@"<style|\sstyle=|\son[a-z]+=", page);
    }

    /// <summary>Where a file is served: the page by itself, all else under the version of the whole.</summary>
    internal static string Address(string name) =>
        name == DashboardAssets.Page ? "/dashboard/" : $"/dashboard/{DashboardAssets.Version}/{name}";

    private static string Text(string name) => System.Text.Encoding.UTF8.GetString(DashboardAssets.All[name].Bytes);

    [GeneratedRegex("""(?:src|href)="(?<html>[^"]+)"|(?:from|import) "(?<js>\.[^"]+)";""")]
    private static partial Regex Link();

    // Comments, the names of XML's namespaces, and the slashes of regular expressions are no addresses.
    [GeneratedRegex("""^\s*//.*$|http://www\.w3\.org/2000/svg|\s// .*$""", RegexOptions.Multiline)]
    private static partial Regex Elsewhere();
}
