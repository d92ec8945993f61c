#include <gtest/gtest.h>

#include "rest-api/api.hpp"
#include "tests/support/fake_herder.hpp"
#include "tests/support/golden.hpp"

namespace sinkway::rest {
namespace {

using test::FakeHerder;
using Headers = decltype(Request::headers);

constexpr const char* kJson = "application/json";

ConfigKey key(const char* name, ConfigType type, std::optional<std::string> otherwise) {
  ConfigKey made;
  made.name = name;
  made.type = type;
  made.default_value = std::move(otherwise);
  made.required = !made.default_value;
  made.documentation = "What it is.";
  return made;
}

ConfigDef definition() {
  ConfigKey tasks = key("tasks.max", ConfigType::integer, "1");
  tasks.importance = Importance::high;
  tasks.group = "Common";
  tasks.order = 4;
  tasks.width = Width::short_width;
  tasks.display_name = "Tasks max";
  tasks.dependents = {"tasks.max.enforce"};
  return {tasks, key("connection.url", ConfigType::string, std::nullopt), key("connection.password", ConfigType::password, "pepper")};
}

Validation findings() {
  const ConfigDef keys = definition();
  Validation found{"DuckSink", {"Common", "Database"}, {}};
  found.keys.push_back({std::nullopt, "stray", std::nullopt, {}, {"Null value can not be supplied as the configuration value."}});
  found.keys.push_back({*keys.find("tasks.max"), "tasks.max", "0", {}, {"Invalid value 0 for configuration tasks.max: Value must be at least 1"}});
  found.keys.push_back({*keys.find("connection.url"), "connection.url", std::nullopt, {"jdbc:duck://"}, {}, true, {"A pond will be dug.", "Twice."}});
  found.keys.push_back({*keys.find("connection.password"), "connection.password", "salt", {}, {}});
  return found;
}

// orders has two tasks, one of them failed; "a b" is new and has no status yet.
void fill(FakeHerder& herder) {
  FakeHerder::Entry orders;
  orders.config = {{"connector.class", "com.acme.DuckSink"}, {"tasks.max", "2"}, {"topics", "orders"}, {"name", "orders"}};
  orders.config.set("gone", std::nullopt);
  for (int task = 0; task < 2; ++task)
    orders.tasks.push_back({{"orders", task}, {{"task.class", "com.acme.DuckTask"}, {"topics", "orders"}}});
  orders.status = herder::ConnectorStatus{"orders",
                                          {"RUNNING", "10.0.0.5:8083", "1.2.0", ""},
                                          {{0, {"RUNNING", "10.0.0.5:8083", "1.2.0", ""}},
                                           {1, {"FAILED", "10.0.0.5:8083", std::nullopt, "SinkError: \xFF table locked\n\tat put"}}},
                                          "sink"};
  herder.put("orders", orders);
  FakeHerder::Entry fresh;
  fresh.config = {{"connector.class", "Duck"}, {"topics", "t"}, {"name", "a b"}};
  herder.put("a b", fresh);
  herder.plugin_list = {{"com.acme.DuckSink", "sink", "1.2.0"}, {"com.acme.NullSink", "sink", ""}, {"com.acme.Json", "converter", "3"}};
  herder.definition = definition();
  herder.validation = findings();
}

struct ResourceCase {
  const char* name;
  const char* method;
  const char* target;
  const char* body;
  int status;
  const char* content_type;  // of the answer
  const char* expected;      // the body; *.json: a file of tests/golden/rest
  const char* call = "";     // what the herder was asked last; empty: nothing
  const char* location = "";
};

void PrintTo(const ResourceCase& one, std::ostream* out) { *out << one.name; }

constexpr const char* kNone = "";
constexpr const char* kNotFound = R"({"error_code":404,"message":"HTTP 404 Not Found"})";

const ResourceCase kRoot[] = {
    {"root", "GET", "/", "", 200, kJson, R"({"version":"4.1.1","commit":"0123456789abcdef","kafka_cluster_id":"cluster-a"})"},
    {"healthy", "GET", "/health", "", 200, kJson,
     R"({"status":"healthy","message":"Worker has completed startup and is ready to handle requests."})", "health"},
    {"metrics", "GET", "/metrics", "", 200, "text/plain; version=0.0.4; charset=utf-8", "up 1\n"},
};

const ResourceCase kConnectors[] = {
    {"names", "GET", "/connectors", "", 200, kJson, R"(["a b","orders"])"},
    {"names_slash", "GET", "/connectors/", "", 200, kJson, R"(["a b","orders"])"},
    {"expanded", "GET", "/connectors?expand=status&expand=info", "", 200, kJson, "expanded_both.json"},
    {"expanded_info", "GET", "/connectors?expand=info", "", 200, kJson, "expanded_info.json"},
    {"expanded_status", "GET", "/connectors?expand=status&expand=status", "", 200, kJson, "expanded_status.json"},
    {"expanded_unknown", "GET", "/connectors?expand=bogus", "", 200, kJson, R"({"a b":{},"orders":{}})"},
    {"expanded_joined", "GET", "/connectors?expand=info,status", "", 200, kJson, R"({"a b":{},"orders":{}})"},
    {"expanded_upper", "GET", "/connectors?expand=INFO", "", 200, kJson, R"({"a b":{},"orders":{}})"},
    {"expanded_nothing", "GET", "/connectors?expand=", "", 200, kJson, R"({"a b":{},"orders":{}})"},
    {"one", "GET", "/connectors/orders", "", 200, kJson, "connector.json"},
    {"one_slash", "GET", "/connectors/orders/", "", 200, kJson, "connector.json"},
    {"one_blank", "GET", "/connectors/a%20b", "", 200, kJson,
     R"({"name":"a b","config":{"connector.class":"Duck","topics":"t","name":"a b"},"tasks":[],"type":"sink"})"},
    {"one_unknown", "GET", "/connectors/c", "", 404, kJson, R"({"error_code":404,"message":"Connector c not found"})"},
    {"config", "GET", "/connectors/orders/config", "", 200, kJson,
     R"({"connector.class":"com.acme.DuckSink","tasks.max":"2","topics":"orders","name":"orders","gone":null})"},
    {"config_unknown", "GET", "/connectors/c/config", "", 404, kJson, R"({"error_code":404,"message":"Connector c not found"})"},
    {"tasks", "GET", "/connectors/orders/tasks", "", 200, kJson, "tasks.json"},
    {"tasks_unknown", "GET", "/connectors/c/tasks", "", 404, kJson, R"({"error_code":404,"message":"Connector c not found"})"},
    {"tasks_config", "GET", "/connectors/orders/tasks-config", "", 404, kNone, kNotFound},
    {"topics", "GET", "/connectors/orders/topics", "", 404, kNone, kNotFound},
    {"offsets", "GET", "/connectors/orders/offsets", "", 404, kNone, kNotFound},
    {"loggers", "GET", "/admin/loggers", "", 404, kNone, kNotFound},
    {"remove", "DELETE", "/connectors/orders", "", 204, kNone, "", "remove orders"},
    {"remove_unknown", "DELETE", "/connectors/c", "", 404, kJson, R"({"error_code":404,"message":"Connector c not found"})", "remove c"},
};

const ResourceCase kCreate[] = {
    {"create", "POST", "/connectors", R"({"name":"x","config":{"connector.class":"D"}})", 201, kJson,
     R"({"name":"x","config":{"connector.class":"D","name":"x"},"tasks":[],"type":"sink"})",
     "create 'x' - {connector.class=D}", "http://me:1/connectors/x"},
    {"create_slash", "POST", "/connectors/", R"({"name":"x","config":{}})", 201, kJson,
     R"({"name":"x","config":{"name":"x"},"tasks":[],"type":"sink"})", "create 'x' - {}", "http://me:1/connectors/x"},
    {"create_odd_name", "POST", "/connectors", R"({"name":" a/b c;d ","config":{"name":"a/b c;d"}})", 201, kJson,
     R"({"name":"a/b c;d","config":{"name":"a/b c;d"},"tasks":[],"type":"sink"})", "create 'a/b c;d' - {name=a/b c;d}",
     "http://me:1/connectors/a/b%20c;d"},
    {"create_paused", "POST", "/connectors", R"({"initial_state":"pAuSed","name":"x","config":{}})", 201, kJson,
     R"({"name":"x","config":{"name":"x"},"tasks":[],"type":"sink"})", "create 'x' PAUSED {}", "http://me:1/connectors/x"},
    {"create_numbers", "POST", "/connectors",
     R"({"name":7,"config":{"a":1,"b":1.50,"c":1e3,"d":-0,"e":123456789012345678901234567890.10,"f":true,"g":null,"h":" x ","i":-12,"j":123456789012345678901234567890}})",
     201, kJson,
     R"({"name":"7","config":{"a":"1","b":"1.50","c":"1e3","d":"-0","e":"123456789012345678901234567890.10","f":"true","g":null,"h":" x ","i":"-12","j":"123456789012345678901234567890","name":"7"},"tasks":[],"type":"sink"})",
     "create '7' - {a=1, b=1.50, c=1e3, d=-0, e=123456789012345678901234567890.10, f=true, g=null, h= x , i=-12, "
     "j=123456789012345678901234567890}",
     "http://me:1/connectors/7"},
    {"create_without_name", "POST", "/connectors", R"({"config":{"a":"b"}})", 201, kJson,
     R"({"name":"","config":{"a":"b","name":""},"tasks":[],"type":"sink"})", "create '' - {a=b}", "http://me:1/connectors/"},
    {"create_null_name", "POST", "/connectors", R"({"name":null,"config":{"name":null}})", 201, kJson,
     R"({"name":"","config":{"name":""},"tasks":[],"type":"sink"})", "create '' - {name=null}", "http://me:1/connectors/"},
    {"create_other_name", "POST", "/connectors", R"({"name":"x","config":{"name":"y"}})", 400, kJson,
     R"x({"error_code":400,"message":"Connector name configuration (y) doesn't match connector name in the URL (x)"})x",
     "create 'x' - {name=y}"},
    {"create_untrimmed_name", "POST", "/connectors", R"({"name":" x","config":{"name":" x"}})", 400, kJson,
     R"x({"error_code":400,"message":"Connector name configuration ( x) doesn't match connector name in the URL (x)"})x",
     "create 'x' - {name= x}"},
    {"create_again", "POST", "/connectors", R"({"name":"orders","config":{}})", 409, kJson,
     R"({"error_code":409,"message":"Connector orders already exists"})", "create 'orders' - {}"},
    {"create_last_wins", "POST", "/connectors", R"({"name":"w","name":"x","config":{"a":"1","a":"2"}})", 201, kJson,
     R"({"name":"x","config":{"a":"2","name":"x"},"tasks":[],"type":"sink"})", "create 'x' - {a=2}", "http://me:1/connectors/x"},
    {"create_bom", "POST", "/connectors", "\xEF\xBB\xBF{\"name\":\"x\",\"config\":{}}\r\n ", 201, kJson,
     R"({"name":"x","config":{"name":"x"},"tasks":[],"type":"sink"})", "create 'x' - {}", "http://me:1/connectors/x"},
};

const ResourceCase kChange[] = {
    {"put_new", "PUT", "/connectors/n%20w/config", R"({"tasks.max":1})", 201, kJson,
     R"({"name":"n w","config":{"tasks.max":"1","name":"n w"},"tasks":[],"type":"sink"})", "put_config 'n w' {tasks.max=1}",
     "http://me:1/connectors/n%20w"},
    {"put_old", "PUT", "/connectors/orders/config", R"({"name":"orders","topics":"t"})", 200, kJson, "connector_put.json",
     "put_config 'orders' {name=orders, topics=t}"},
    {"put_other_name", "PUT", "/connectors/orders/config", R"({"name":""})", 400, kJson,
     R"x({"error_code":400,"message":"Connector name configuration () doesn't match connector name in the URL (orders)"})x",
     "put_config 'orders' {name=}"},
    {"put_null_name", "PUT", "/connectors/a%20b/config", R"({"name":null})", 200, kJson,
     R"({"name":"a b","config":{"name":"a b"},"tasks":[],"type":"sink"})", "put_config 'a b' {name=null}"},
    {"patch", "PATCH", "/connectors/a%20b/config", R"({"topics":null,"tasks.max":3,"none":null})", 200, kJson,
     R"({"name":"a b","config":{"connector.class":"Duck","name":"a b","tasks.max":"3"},"tasks":[],"type":"sink"})",
     "patch_config 'a b' {topics=null, tasks.max=3, none=null}"},
    {"patch_nothing", "PATCH", "/connectors/a%20b/config", "{}", 200, kJson,
     R"({"name":"a b","config":{"connector.class":"Duck","topics":"t","name":"a b"},"tasks":[],"type":"sink"})", "patch_config 'a b' {}"},
    {"patch_unknown", "PATCH", "/connectors/c/config", "{}", 404, kJson, R"({"error_code":404,"message":"Connector c not found"})",
     "patch_config 'c' {}"},
    {"patch_unknown_null", "PATCH", "/connectors/c/config", "null", 404, kJson, R"({"error_code":404,"message":"Connector c not found"})"},
};

const ResourceCase kLifecycle[] = {
    {"status", "GET", "/connectors/orders/status", "", 200, kJson, "status.json"},
    {"status_not_yet", "GET", "/connectors/a%20b/status", "", 404, kJson,
     R"({"error_code":404,"message":"No status found for connector a b"})"},
    {"task_status", "GET", "/connectors/orders/tasks/0/status", "", 200, kJson,
     R"({"id":0,"state":"RUNNING","worker_id":"10.0.0.5:8083","version":"1.2.0"})"},
    {"task_status_failed", "GET", "/connectors/orders/tasks/1/status", "", 200, kJson, "task_status_failed.json"},
    {"task_status_unknown", "GET", "/connectors/orders/tasks/2/status", "", 404, kJson,
     R"({"error_code":404,"message":"No status found for task orders-2"})"},
    {"task_status_negative", "GET", "/connectors/orders/tasks/-1/status", "", 404, kJson,
     R"({"error_code":404,"message":"No status found for task orders--1"})"},
    {"task_status_nowhere", "GET", "/connectors/c/tasks/0/status", "", 404, kJson,
     R"({"error_code":404,"message":"No status found for task c-0"})"},
    {"task_status_text", "GET", "/connectors/orders/tasks/abc/status", "", 404, kJson, kNotFound},
    {"pause", "PUT", "/connectors/orders/pause", "", 202, kNone, "", "target orders 1"},
    {"pause_unknown", "PUT", "/connectors/c/pause", "", 404, kJson, R"({"error_code":404,"message":"Unknown connector c"})", "target c 1"},
    {"resume", "PUT", "/connectors/orders/resume", "", 202, kNone, "", "target orders 0"},
    {"resume_garbage", "PUT", "/connectors/orders/resume", "{garbage", 202, kNone, "", "target orders 0"},
    {"stop", "PUT", "/connectors/orders/stop", "", 204, kNone, "", "target orders 2"},
    {"stop_unknown", "PUT", "/connectors/c/stop", "", 404, kJson, R"({"error_code":404,"message":"Unknown connector c"})", "target c 2"},
    {"restart", "POST", "/connectors/orders/restart", "", 204, kNone, "", "restart orders"},
    {"restart_false", "POST", "/connectors/orders/restart?includeTasks=no&onlyFailed=", "", 204, kNone, "", "restart orders"},
    {"restart_tasks", "POST", "/connectors/orders/restart?includeTasks=true", "", 202, kJson, "restarting.json",
     "restart orders includeTasks"},
    {"restart_failed", "POST", "/connectors/orders/restart?onlyFailed=TRUE&includeTasks=true", "", 202, kJson, "restarting.json",
     "restart orders onlyFailed includeTasks"},
    {"restart_unknown", "POST", "/connectors/c/restart", "", 404, kJson, R"({"error_code":404,"message":"Unknown connector: c"})",
     "restart c"},
    {"restart_tasks_unknown", "POST", "/connectors/c/restart?onlyFailed=true", "", 404, kJson,
     R"({"error_code":404,"message":"Unknown connector: c"})", "restart c onlyFailed"},
    {"restart_task", "POST", "/connectors/orders/tasks/1/restart", "", 204, kNone, "", "restart_task orders-1"},
    {"restart_task_unknown", "POST", "/connectors/orders/tasks/5/restart", "", 404, kJson,
     R"({"error_code":404,"message":"Unknown task: orders-5"})", "restart_task orders-5"},
    {"restart_task_nowhere", "POST", "/connectors/c/tasks/0/restart", "", 404, kJson,
     R"({"error_code":404,"message":"Unknown connector: c"})", "restart_task c-0"},
    {"get_of_pause", "GET", "/connectors/orders/pause", "", 405, kNone,
     R"({"error_code":405,"message":"HTTP 405 Method Not Allowed"})"},
};

const ResourceCase kPlugins[] = {
    {"plugins", "GET", "/connector-plugins", "", 200, kJson,
     R"([{"class":"com.acme.DuckSink","type":"sink","version":"1.2.0"},{"class":"com.acme.NullSink","type":"sink"}])"},
    {"plugins_all", "GET", "/connector-plugins/?connectorsOnly=false", "", 200, kJson,
     R"([{"class":"com.acme.DuckSink","type":"sink","version":"1.2.0"},{"class":"com.acme.NullSink","type":"sink"},)"
     R"({"class":"com.acme.Json","type":"converter","version":"3"}])"},
    {"plugin_config", "GET", "/connector-plugins/DuckSink/config", "", 200, kJson, "plugin_config.json"},
    {"plugin_unknown", "GET", "/connector-plugins/nope/config", "", 404, kJson, R"({"error_code":404,"message":"Unknown plugin nope."})"},
    {"plugin_alone", "GET", "/connector-plugins/DuckSink", "", 404, kNone, kNotFound},
    {"validate", "PUT", "/connector-plugins/DuckSink/config/validate", R"({"connector.class":"com.acme.DuckSink","tasks.max":0})",
     200, kJson, "validation.json", "validate DuckSink {connector.class=com.acme.DuckSink, tasks.max=0}"},
    {"validate_classless", "PUT", "/connector-plugins/DuckSink/config/validate", "{}", 200, kJson, "validation.json", "validate DuckSink {}"},
    {"validate_other", "PUT", "/connector-plugins/DuckSink/config/validate", R"({"connector.class":"Other"})", 400, kJson,
     R"({"error_code":400,"message":"Included connector type Other does not match request type DuckSink"})",
     "validate DuckSink {connector.class=Other}"},
};

const ResourceCase kQuestions[] = {
    {"plan_for", "POST", "/sinkway/v1/connectors/orders/plan", R"({"value":{"id":1}})", 200, kJson, "{}",
     R"(query orders plan {"value":{"id":1}})"},
    {"plan_before", "POST", "/sinkway/v1/connectors/orders/plan", "", 200, kJson, "{}", "query orders plan {}"},
    {"plan_of_no_json", "POST", "/sinkway/v1/connectors/orders/plan", "{", 400, kJson,
     R"({"error_code":400,"message":"The request's body is no JSON"})"},
    {"redrive", "POST", "/sinkway/v1/connectors/orders/dead-letters/redrive", R"({"limit":5})", 200, kJson, "{}",
     R"(redrive orders {"limit":5})"},
    {"redrive_of_no_json", "POST", "/sinkway/v1/connectors/orders/dead-letters/redrive", "{", 400, kJson,
     R"({"error_code":400,"message":"The request's body is no JSON"})"},
    {"question_of_the_worker", "GET", "/sinkway/v1/connectors/orders/_letters", "", 404, kJson,
     R"({"error_code":404,"message":"There is no question _letters"})"},
    {"change_of_the_worker", "POST", "/sinkway/v1/connectors/orders/_letters", "", 404, kJson,
     R"({"error_code":404,"message":"There is no question _letters"})"},
    {"redrive_is_no_question", "GET", "/sinkway/v1/connectors/orders/redrive", "", 404, kJson,
     R"({"error_code":404,"message":"there is no question redrive"})", "query orders redrive {}"},
    {"question", "GET", "/sinkway/v1/connectors/orders/table?topic=t", "", 200, kJson, "{}", R"(query orders table {"topic":"t"})"},
    {"question_with_broken_characters", "GET", "/sinkway/v1/connectors/orders/table?topic=a%ff&%c3=b", "", 200, kJson, "{}",
     "query orders table {\"topic\":\"a\xef\xbf\xbd\",\"\xef\xbf\xbd\":\"b\"}"},
    {"change", "POST", "/sinkway/v1/connectors/orders/table", R"({"topic":"t"})", 200, kJson, "{}",
     R"(query orders table changing {"topic":"t"})"},
};

class Resources : public testing::TestWithParam<ResourceCase> {
 protected:
  Resources() { fill(herder_); }

  Response ask(const Request& request) {
    std::optional<Response> received;
    router_.dispatch(request, [&](Response response) { received = std::move(response); });
    EXPECT_TRUE(received);
    return received.value_or(Response{});
  }

  FakeHerder herder_;
  const Router router_ = worker_routes(herder_, [] { return std::string("up 1\n"); });
};

TEST_P(Resources, answer_as_the_contract_says) {
  const ResourceCase& one = GetParam();
  Request request{one.method, one.target, {{"Host", "me:1"}}, one.body};
  if (!request.body.empty()) request.headers.emplace_back("Content-Type", kJson);
  const Response response = ask(request);
  EXPECT_EQ(response.status, one.status);
  EXPECT_EQ(response.content_type, one.content_type);
  if (std::string_view(one.expected).ends_with(".json")) {
    EXPECT_TRUE(test::matches_golden("rest/" + std::string(one.expected), response.body));
  } else {
    EXPECT_EQ(response.body, one.expected);
  }
  EXPECT_EQ(herder_.calls().empty() ? "" : herder_.calls().back(), one.call);
  const Headers expected = *one.location ? Headers{{"Location", one.location}} : Headers{};
  EXPECT_EQ(response.headers, expected);
}

std::string name_of_case(const testing::TestParamInfo<ResourceCase>& info) { return info.param.name; }
INSTANTIATE_TEST_SUITE_P(Root, Resources, testing::ValuesIn(kRoot), name_of_case);
INSTANTIATE_TEST_SUITE_P(Connectors, Resources, testing::ValuesIn(kConnectors), name_of_case);
INSTANTIATE_TEST_SUITE_P(Create, Resources, testing::ValuesIn(kCreate), name_of_case);
INSTANTIATE_TEST_SUITE_P(Change, Resources, testing::ValuesIn(kChange), name_of_case);
INSTANTIATE_TEST_SUITE_P(Lifecycle, Resources, testing::ValuesIn(kLifecycle), name_of_case);
INSTANTIATE_TEST_SUITE_P(Questions, Resources, testing::ValuesIn(kQuestions), name_of_case);
INSTANTIATE_TEST_SUITE_P(Plugins, Resources, testing::ValuesIn(kPlugins), name_of_case);

// More members than any configuration has: they would keep a thread of the server for long.
std::string many_members() {
  std::string text = R"({"name":"x","config":{"a":1)";
  for (int n = 0; n < 100'000; ++n) text += ",\"" + std::to_string(n) + "\":1";
  return text + "}}";
}

class ResourceTrouble : public Resources {};

TEST_F(ResourceTrouble, bodies_that_are_not_what_is_needed_are_500_with_the_envelope_and_reach_no_herder) {
  const std::vector<std::string> create = {
      "", "null", " null ", "{}", R"({"name":"x"})", R"({"name":"x","config":null})", "[1]", "\"text\"", "7",
      R"({"name":"x","config":{}} x)", R"({"name":"x","config":{}}{})", R"({"name":"x","config":{},})", R"({"name":"x","config":{"a":}})",
      R"({"name":"x","config":{"a":{"b":1}}})", R"({"name":"x","config":{"a":[]}})", R"({"name":"x","config":[]})",
      R"({"name":"x","config":"text"})", R"({"name":["x"],"config":{}})", R"({"name":"x","config":{},"other":1})",
      R"({"name":"x","config":{},"initial_state":"ASLEEP"})", R"({"name":"x","config":{},"initial_state":""})",
      "{'name':'x','config':{}}", R"({"name":"x","config":{"a":NaN}})", R"({"name":"x","config":{"a":01}})",
      "{\"name\":\"x\",\"config\":{\"a\":\"\xFF\"}}", R"({"name":"x",/* c */"config":{}})", R"({"connector.class":"D","topics":"t"})",
      std::string(100'000, '['), std::string(100'000, '{'), many_members()};
  for (const auto& body : create) {
    const Response response = ask({"POST", "/connectors", {{"Content-Type", kJson}}, body});
    EXPECT_EQ(response.status, 500) << body.substr(0, 100);
    EXPECT_TRUE(response.body.starts_with(R"({"error_code":500,"message":")")) << response.body;
  }
  for (const char* method : {"PUT", "PATCH"})
    for (const char* body : {"", "null", "[\"a\"]", "{\"a\":{}}", "{\"a\":1", "{}{}"})
      EXPECT_EQ(ask({method, "/connectors/orders/config", {{"Content-Type", kJson}}, body}).status, 500) << method << body;
  for (const char* body : {"", "null", "[]", "{\"a\":{}}"})
    EXPECT_EQ(ask({"PUT", "/connector-plugins/DuckSink/config/validate", {{"Content-Type", kJson}}, body}).status, 500) << body;
  EXPECT_TRUE(herder_.calls().empty());
}

TEST_F(ResourceTrouble, what_is_missing_is_named) {
  const auto said = [&](const char* method, const char* target, const char* body) {
    return ask({method, target, {{"Content-Type", kJson}}, body}).body;
  };
  EXPECT_NE(said("POST", "/connectors", "null").find("needs a body"), std::string::npos);
  EXPECT_NE(said("POST", "/connectors", R"({"name":"x"})").find("needs a config"), std::string::npos);
  EXPECT_NE(said("PUT", "/connectors/x/config", " ").find("needs a body"), std::string::npos);
  EXPECT_NE(said("PUT", "/connector-plugins/DuckSink/config/validate", "").find("needs a body"), std::string::npos);
}

TEST_F(ResourceTrouble, a_flat_config_is_told_which_field_is_wrong) {
  const Response response = ask({"POST", "/connectors", {{"Content-Type", kJson}}, R"({"connector.class":"D","topics":"t"})"});
  EXPECT_NE(response.body.find(R"("message":"Unrecognized field \"connector.class\")"), std::string::npos) << response.body;
}

TEST_F(ResourceTrouble, no_error_quotes_a_value) {
  for (const char* body : {R"({"name":"x","config":{"p":"hunter2)", R"({"name":"x","config":{"p":"hunter2"}} hunter2)",
                           R"({"name":"x","config":{"p":["hunter2"]}})", R"({"name":"x","config":{"p":"hunter2\q"}})"}) {
    const Response response = ask({"POST", "/connectors", {{"Content-Type", kJson}}, body});
    EXPECT_EQ(response.status, 500);
    EXPECT_EQ(response.body.find("hunter"), std::string::npos) << response.body;
  }
}

TEST_F(ResourceTrouble, refusals_become_their_status_and_keep_their_text) {
  using Kind = herder::Refusal::Kind;
  const std::pair<Kind, int> cases[] = {{Kind::not_found, 404}, {Kind::already_exists, 409}, {Kind::bad_request, 400}, {Kind::internal, 500}};
  for (const auto& [kind, status] : cases) {
    herder_.refuse_next = herder::Refusal{kind, "first \"line\"\nsecond"};
    const Response response = ask({"PUT", "/connectors/orders/config", {{"Content-Type", kJson}}, "{}"});
    EXPECT_EQ(response.status, status);
    EXPECT_EQ(response.body, "{\"error_code\":" + std::to_string(status) + R"(,"message":"first \"line\"\nsecond"})");
  }
}

TEST_F(ResourceTrouble, health_has_its_own_shape_and_patience) {
  herder_.health_answer = {herder::Health::State::starting, "Worker is still starting up."};
  const Response starting = ask({"GET", "/health", {}, ""});
  EXPECT_EQ(starting.status, 503);
  EXPECT_EQ(starting.body, R"({"status":"starting","message":"Worker is still starting up."})");
  herder_.health_answer = {herder::Health::State::unhealthy, "Worker was unable to handle this request."};
  EXPECT_EQ(ask({"GET", "/health", {}, ""}).status, 500);
  const Patience* patience = router_.dispatch({"GET", "/health", {}, ""}, [](const Response&) {});
  ASSERT_NE(patience, nullptr);
  EXPECT_EQ(patience->time, std::chrono::seconds(10));
  EXPECT_EQ(patience->late.status, 500);
  EXPECT_TRUE(patience->late.body.starts_with(R"({"status":"unhealthy","message":"Worker was unable to handle)"));
}

TEST_F(ResourceTrouble, a_location_without_a_host_header_is_still_absolute) {
  const Response response = ask({"PUT", "/connectors/x/config", {{"Content-Type", kJson}}, "{}"});
  EXPECT_EQ(response.headers, (Headers{{"Location", "http://localhost/connectors/x"}}));
}

TEST_F(ResourceTrouble, a_metrics_router_serves_metrics_only) {
  const Router router = metrics_routes([] { return std::string("up 1\n"); });
  for (const char* target : {"/", "/health", "/connectors"})
    router.dispatch({"GET", target, {}, ""}, [](const Response& response) { EXPECT_EQ(response.status, 404); });
  router.dispatch({"GET", "/metrics", {{"Accept", "application/openmetrics-text"}}, ""}, [](const Response& response) {
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.body, "up 1\n");
  });
}

}  // namespace
}  // namespace sinkway::rest
