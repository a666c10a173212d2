/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The body is parsed by libxml2 with everything off that reaches out: no
 * network, and a document type stops the parser before it has read one
 * declaration, so there are no entities but XML's own.
 */
#include <libxml/parser.h>
#include <libxml/tree.h>

#include "propfind.h"

static const char *const live_names[PROPERTY_LAST] = {
	[PROPERTY_NONE] = "",
	[PROPERTY_RESOURCETYPE] = "resourcetype",
	[PROPERTY_DISPLAYNAME] = "displayname",
	[PROPERTY_GETCONTENTLENGTH] = "getcontentlength",
	[PROPERTY_GETCONTENTTYPE] = "getcontenttype",
	[PROPERTY_GETLASTMODIFIED] = "getlastmodified",
	[PROPERTY_GETETAG] = "getetag",
	[PROPERTY_CREATIONDATE] = "creationdate",
	[PROPERTY_SUPPORTEDLOCK] = "supportedlock",
};

const char *live_property_name(enum live_property property)
{
	must(property < PROPERTY_LAST);
	return live_names[property];
}

static const char *text_of(const xmlChar *text)
{
	return text ? (const char *)text : "";
}

static bool is_dav(const xmlNode *node)
{
	return node->ns && strcmp(text_of(node->ns->href), "DAV:") == 0;
}

static bool is_dav_named(const xmlNode *node, const char *name)
{
	return is_dav(node) && strcmp(text_of(node->name), name) == 0;
}

static enum live_property live_of(const xmlNode *node)
{
	if (!is_dav(node))
		return PROPERTY_NONE;
	for (unsigned i = PROPERTY_NONE + 1; i < PROPERTY_LAST; i++) {
		if (strcmp(text_of(node->name), live_names[i]) == 0)
			return (enum live_property)i;
	}
	return PROPERTY_NONE;
}

static int wanted_add(struct propfind *p, const xmlNode *node)
{
	struct wanted_property *w;

	if (p->n_wanted == PROPFIND_NAMES_MAX)
		return GUISE_E_LIMIT;
	w = &p->wanted[p->n_wanted];
	w->live = live_of(node);
	if (w->live == PROPERTY_NONE) {
		w->name_space = strdup(node->ns ? text_of(node->ns->href) : "");
		w->name = strdup(text_of(node->name));
	}
	p->n_wanted++;
	if (w->live == PROPERTY_NONE && (!w->name_space || !w->name))
		return -ENOMEM;
	return 0;
}

static int parse_prop(const xmlNode *prop, struct propfind *p)
{
	int r;

	p->kind = PROPFIND_SOME;
	p->wanted = array_alloc(PROPFIND_NAMES_MAX, sizeof(*p->wanted));
	if (!p->wanted)
		return -ENOMEM;
	for (const xmlNode *n = prop->children; n; n = n->next) {
		if (n->type != XML_ELEMENT_NODE)
			continue;
		r = wanted_add(p, n);
		if (r < 0)
			return r;
	}
	return p->n_wanted ? 0 : -EINVAL;
}

/* Exactly one of the three; include and what we do not know is passed over
 * (RFC 4918 17). */
static int parse_root(const xmlNode *root, struct propfind *p)
{
	bool found = false;
	int r = 0;

	if (!root || !is_dav_named(root, "propfind"))
		return -EINVAL;
	for (const xmlNode *n = root->children; n && r == 0; n = n->next) {
		bool all, names, some;

		if (n->type != XML_ELEMENT_NODE)
			continue;
		all = is_dav_named(n, "allprop");
		names = is_dav_named(n, "propname");
		some = is_dav_named(n, "prop");
		if (!all && !names && !some)
			continue;
		if (found)
			return -EINVAL;
		found = true;
		if (names)
			p->kind = PROPFIND_NAMES;
		if (some)
			r = parse_prop(n, p);
	}
	return r < 0 || found ? r : -EINVAL;
}

/* A document type: nothing good begins so. */
static void refuse_subset(void *context, const xmlChar *name,
			  const xmlChar *public_id, const xmlChar *system_id)
{
	xmlParserCtxt *parser = context;

	(void)name;
	(void)public_id;
	(void)system_id;
	parser->wellFormed = 0;
	xmlStopParser(parser);
}

static xmlDoc *parse_document(const void *data, size_t size)
{
	xmlParserCtxt *parser = xmlNewParserCtxt();
	xmlDoc *doc;

	if (!parser)
		return NULL;
	parser->sax->internalSubset = refuse_subset;
	parser->sax->externalSubset = refuse_subset;
	/* NOENT: without a document type only the five of XML itself exist, and
	 * left alone they would come out of a namespace twice escaped */
	doc = xmlCtxtReadMemory(
		parser, data, (int)size, NULL, NULL,
		XML_PARSE_NONET | XML_PARSE_NOENT | XML_PARSE_NOERROR |
			XML_PARSE_NOWARNING | XML_PARSE_NOCDATA);
	/* a prefix without a namespace would get one of ours in the answer */
	if (doc && (!parser->wellFormed || !parser->nsWellFormed)) {
		xmlFreeDoc(doc);
		doc = NULL;
	}
	xmlFreeParserCtxt(parser);
	return doc;
}

int propfind_parse(const void *data, size_t size, struct propfind *ret)
{
	struct propfind p = {0};
	xmlDoc *doc;
	int r;

	if (size == 0) {
		*ret = p;
		return 0;
	}
	if (size > PROPFIND_BODY_MAX)
		return GUISE_E_LIMIT;
	doc = parse_document(data, size);
	if (!doc)
		return -EINVAL;
	r = parse_root(xmlDocGetRootElement(doc), &p);
	xmlFreeDoc(doc);
	if (r < 0) {
		propfind_clear(&p);
		return r;
	}
	*ret = p;
	return 0;
}

void propfind_clear(struct propfind *propfind)
{
	for (size_t i = 0; i < propfind->n_wanted; i++) {
		free(propfind->wanted[i].name_space);
		free(propfind->wanted[i].name);
	}
	free(propfind->wanted);
	*propfind = (struct propfind){0};
}
